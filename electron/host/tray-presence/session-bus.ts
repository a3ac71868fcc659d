import type { NetConnectOpts } from 'node:net';
import { methodCall, type Reply, readReply } from './dbus-message.ts';
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
  for (const address of sessionBusAddresses(env)) {
    try {
      return await holdDialogue(address, timeoutMs, async (dialogue) => {
        await logIn(dialogue, userId);
        dialogue.write(helloMessage(1));
        await readReply(dialogue, 1);
        dialogue.write(getPropertyMessage(2));
        const answer = await readReply(dialogue, 2);
        return answer.isError ? false : readBooleanVariant(answer);
      });
    } catch {
      // No bus at this address.
    }
  }
  return false;
}

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

function helloMessage(serial: number): Buffer {
  const name = 'org.freedesktop.DBus';
  return methodCall(
    serial,
    { destination: name, path: '/org/freedesktop/DBus', interface: name },
    'Hello',
    [],
  );
}

function getPropertyMessage(serial: number): Buffer {
  const target = { ...WATCHER, interface: 'org.freedesktop.DBus.Properties' };
  return methodCall(serial, target, 'Get', [WATCHER.interface, WATCHER.property]);
}

/** A variant that holds a boolean: its signature `b`, then four bytes. */
function readBooleanVariant({ body, isLittleEndian }: Reply): boolean {
  const isBoolean = body.length === 8 && body[0] === 1 && body[1] === 'b'.charCodeAt(0);
  return isBoolean && (isLittleEndian ? body.readUInt32LE(4) : body.readUInt32BE(4)) === 1;
}
