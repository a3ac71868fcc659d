import type { Reply } from '../session-bus/dbus-message.ts';
import { type BusCall, type BusPlace, onSessionBus, readBooleanVariant } from '../session-bus/session-bus.ts';

/** What the desktop's secret service says of the keychain that programs use by default. */
export type KeychainLock = 'locked' | 'unlocked' | 'absent';

/** Asks, without having anything unlocked or started (Secret Service API Draft, Freedesktop, "Collection.Locked"). */
export async function findKeychainLock(place: BusPlace): Promise<KeychainLock> {
  return (await onSessionBus(place, lockNow)) ?? 'absent';
}

/**
 * Has the desktop ask the user to unlock that keychain, and resolves when it is unlocked, or the time is over. The service
 * takes back its question when whoever asked for it leaves the bus (Secret Service API Draft, "Prompts").
 */
export async function askToUnlock(place: BusPlace): Promise<void> {
  await onSessionBus(place, async (call) => {
    const keychain = await defaultKeychain(call);
    if (keychain === null) return;
    const answer = await call(SERVICE, 'Unlock', [[keychain]]);
    const prompt = answer.isError ? NOTHING : lastPath(answer);
    if (prompt === NOTHING) return;
    await call({ ...at(prompt), interface: 'org.freedesktop.Secret.Prompt' }, 'Prompt', ['']);
    while ((await lockNow(call)) === 'locked') await pause(LOOK_INTERVAL_MS);
  });
}

/** How often to look whether the user has typed the keychain's password, in milliseconds. */
const LOOK_INTERVAL_MS = 500;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the service says in place of an object that there is none of. */
const NOTHING = '/';

const at = (path: string) => ({ destination: 'org.freedesktop.secrets', path });
const SERVICE = { ...at('/org/freedesktop/secrets'), interface: 'org.freedesktop.Secret.Service' };

async function lockNow(call: BusCall): Promise<KeychainLock> {
  const keychain = await defaultKeychain(call);
  if (keychain === null) return 'absent';
  const target = { ...at(keychain), interface: 'org.freedesktop.DBus.Properties' };
  const answer = await call(target, 'Get', ['org.freedesktop.Secret.Collection', 'Locked']);
  if (answer.isError) return 'absent';
  return readBooleanVariant(answer) ? 'locked' : 'unlocked';
}

async function defaultKeychain(call: BusCall): Promise<string | null> {
  const answer = await call(SERVICE, 'ReadAlias', ['default']);
  const path = answer.isError ? NOTHING : pathAt(answer, 0);
  return path === NOTHING ? null : path;
}

/** The last value of a reply whose signature is `aoo`: paths of what is unlocked already, and the path of a question. */
function lastPath(reply: Reply): string {
  const unlockedBytes = uint32(reply, 0);
  return pathAt(reply, 4 + unlockedBytes);
}

function pathAt(reply: Reply, offset: number): string {
  const start = Math.ceil(offset / 4) * 4;
  const length = uint32(reply, start);
  return reply.body.toString('utf8', start + 4, start + 4 + length);
}

function uint32({ body, isLittleEndian }: Reply, offset: number): number {
  return isLittleEndian ? body.readUInt32LE(offset) : body.readUInt32BE(offset);
}
