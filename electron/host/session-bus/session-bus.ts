import type { NetConnectOpts } from 'node:net';
import { type Argument, type CallTarget, methodCall, type Reply, readReply } from './dbus-message.ts';
import { holdDialogue, type SocketDialogue } from './socket-dialogue.ts';

/** Where a desktop shows tray icons, and what tells whether it shows any. */
const WATCHER = {
  destination: 'org.kde.StatusNotifierWatcher',
  path: '/StatusNotifierWatcher',
  interface: 'org.kde.StatusNotifierWatcher',
  property: 'IsStatusNotifierHostRegistered',
} as const;

/**
 * Asks the session bus whether a desktop shows tray icons (StatusNotifierItem specification). Electron asks the same
 * before it puts its icon there. False without a bus or without an answer in time.
 */
export async function hasStatusNotifierHost(
  env: NodeJS.ProcessEnv,
  userId: number,
  timeoutMs: number,
): Promise<boolean> {
  const answer = await onSessionBus({ env, userId, timeoutMs }, (call) =>
    call({ ...WATCHER, interface: 'org.freedesktop.DBus.Properties' }, 'Get', [
      WATCHER.interface,
      WATCHER.property,
    ]),
  );
  return answer !== null && !answer.isError && readBooleanVariant(answer);
}

/** Whose session bus is asked, and for how long, in milliseconds, all questions together. */
export interface BusPlace {
  readonly env: NodeJS.ProcessEnv;
  readonly userId: number;
  readonly timeoutMs: number;
}

/** Calls a method and gives its answer, which may be an error. */
export type BusCall = (target: CallTarget, member: string, args: readonly Argument[]) => Promise<Reply>;

/** Talks on the session bus, as one client of it from beginning to end. Null without a bus or without an answer in time. */
export async function onSessionBus<Outcome>(
  { env, userId, timeoutMs }: BusPlace,
  talk: (call: BusCall) => Promise<Outcome>,
): Promise<Outcome | null> {
  for (const address of sessionBusAddresses(env)) {
    try {
      return await holdDialogue(address, timeoutMs, async (dialogue) => {
        await logIn(dialogue, userId);
        let serial = 0;
        const call: BusCall = (target, member, args) => {
          serial += 1;
          dialogue.write(methodCall(serial, target, member, args));
          return readReply(dialogue, serial);
        };
        await call(BUS, 'Hello', []);
        return await talk(call);
      });
    } catch {
      // No bus at this address.
    }
  }
  return null;
}

const BUS: CallTarget = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/** The sockets of the session bus, in order of preference (D-Bus Specification, "Server Addresses"). */
export function sessionBusAddresses(env: NodeJS.ProcessEnv): readonly NetConnectOpts[] {
  const runtimeFolder = env.XDG_RUNTIME_DIR;
  const listed =
    env.DBUS_SESSION_BUS_ADDRESS || (runtimeFolder === undefined ? '' : `unix:path=${runtimeFolder}/bus`);
  return listed.split(';').flatMap((entry) => {
    const [transport, options = ''] = entry.split(':', 2);
    const value = (key: string) =>
      unescapeValue(
        options
          .split(',')
          .find((pair) => pair.startsWith(`${key}=`))
          ?.slice(key.length + 1),
      );
    if (transport !== 'unix') return [];
    const path = value('path');
    if (path !== undefined) return [{ path }];
    const abstract = value('abstract');
    return abstract === undefined ? [] : [{ path: `\0${abstract}` }];
  });
}

function unescapeValue(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** EXTERNAL: the kernel tells the bus who we are (D-Bus Specification, "Authentication Protocol"). */
async function logIn(dialogue: SocketDialogue, userId: number): Promise<void> {
  const identity = Buffer.from(String(userId)).toString('hex');
  dialogue.write(Buffer.from(`\0AUTH EXTERNAL ${identity}\r\n`, 'latin1'));
  const answer = await dialogue.readLine();
  if (!answer.startsWith('OK ')) throw new Error('the session bus refused the login');
  dialogue.write(Buffer.from('BEGIN\r\n', 'latin1'));
}

/** A variant that holds a boolean: its signature `b`, then four bytes. */
export function readBooleanVariant({ body, isLittleEndian }: Reply): boolean {
  const isBoolean = body.length === 8 && body[0] === 1 && body[1] === 'b'.charCodeAt(0);
  return isBoolean && (isLittleEndian ? body.readUInt32LE(4) : body.readUInt32BE(4)) === 1;
}
