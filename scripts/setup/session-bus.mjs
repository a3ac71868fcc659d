// A D-Bus session of our own with a real, unlocked keychain in it, so that tests neither ask for nor touch the user's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './child.mjs';
import { SetupStop } from './stop.mjs';

/**
 * @typedef {object} SessionBus
 * @property {{ DBUS_SESSION_BUS_ADDRESS: string, XDG_RUNTIME_DIR: string }} env for programs that are to use it
 * @property {() => Promise<void>} close ends the bus and the keychain; idempotent
 */

/**
 * Starts the bus and the keychain. The keychain's files stand in a temporary folder and its password is empty.
 *
 * @param {NodeJS.ProcessEnv} env for the bus and for what it starts on demand
 * @returns {Promise<SessionBus>}
 */
export async function openSessionBus(env) {
  const folder = await mkdtemp(join(tmpdir(), 'culvert-bus-'));
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nosyslog', '--print-address=1'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A process group of its own: a Ctrl-C is for the tests, which close in order and then end this.
    detached: true,
  });
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let keychain;
  const close = async () => {
    await Promise.all([keychain, bus].map(end));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [address] = await Promise.race([
      once(bus.stdout.setEncoding('utf8'), 'data'),
      once(bus, 'close').then(() => ['']),
    ]);
    if (address === '') throw new SetupStop('The session bus (dbus-daemon) did not start.');
    const busEnv = { DBUS_SESSION_BUS_ADDRESS: String(address).trim(), XDG_RUNTIME_DIR: folder };
    keychain = startKeychain({ ...env, ...busEnv, XDG_DATA_HOME: folder });
    await keychainUnlocked({ ...env, ...busEnv });
    return { env: busEnv, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {import('node:child_process').ChildProcess}
 */
function startKeychain(env) {
  const child = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // The line is the password. Without one the daemon runs and has no keychain to unlock.
  child.stdin.end('\n');
  return child;
}

const nameHasOwner = [
  '--dest=org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus.NameHasOwner',
  'string:org.freedesktop.secrets',
];
const readDefaultAlias = [
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets',
  'org.freedesktop.Secret.Service.ReadAlias',
  'string:default',
];

const unlockTimeoutMs = 20_000;
const unlockPollMs = 100;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
async function keychainUnlocked(env) {
  const deadline = Date.now() + unlockTimeoutMs;
  while (Date.now() < deadline) {
    // Whether the keychain is on the bus is asked of the bus first: a question to a keychain that is not there yet would
    // make the bus start a second one, with the user's own files.
    const isOnBus = (await ask(env, nameHasOwner)).includes('boolean true');
    if (isOnBus && (await ask(env, readDefaultAlias)).includes('/collection/login')) return;
    await wait(unlockPollMs);
  }
  throw new SetupStop(`The keychain (gnome-keyring-daemon) was not ready in ${unlockTimeoutMs / 1000} s.`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} call destination, object, method and arguments, as dbus-send(1) takes them
 * @returns {Promise<string>}
 */
async function ask(env, call) {
  const { output } = await run('dbus-send', ['--session', '--print-reply', ...call], { env, capture: true });
  return output;
}

/**
 * @param {import('node:child_process').ChildProcess | undefined} child
 * @returns {Promise<void>}
 */
async function end(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
