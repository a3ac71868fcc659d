import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A desktop session of its own, with a real keychain (gnome-keyring) that is empty and unlocked. */
export interface Keychain {
  /** For an app that is to use it. */
  readonly env: NodeJS.ProcessEnv;
  /** Locks it, as a desktop does that was logged in to without a password. */
  lock(): Promise<void>;
  /** Unlocks it; there is no person here who could answer the desktop's question. */
  unlock(): Promise<void>;
  close(): Promise<void>;
}

/** Opens another keychain than that of the tests' desktop, as another computer, or a new user's, has. */
export async function openKeychain(inherited: NodeJS.ProcessEnv = process.env): Promise<Keychain> {
  const script = path.join(import.meta.dirname, '../../scripts/setup/session-bus.mjs');
  const { openSessionBus } = (await import(pathToFileURL(script).href)) as {
    openSessionBus(env: NodeJS.ProcessEnv): Promise<Pick<Keychain, 'env' | 'close'>>;
  };
  const bus = await openSessionBus(inherited);
  const env = { ...inherited, ...bus.env };
  let daemon: ChildProcess | null = null;
  return {
    env: bus.env,
    async lock() {
      await promisify(execFile)('dbus-send', ['--session', '--print-reply', ...LOCK_DEFAULT], { env });
    },
    async unlock() {
      // Its files are where the first one put them.
      const own = { ...env, XDG_DATA_HOME: bus.env.XDG_RUNTIME_DIR };
      daemon = spawn(
        'gnome-keyring-daemon',
        ['--replace', '--foreground', '--unlock', '--components=secrets'],
        {
          env: own,
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      );
      daemon.stdin?.end('\n');
    },
    async close() {
      if (daemon && daemon.exitCode === null) {
        const ended = once(daemon, 'exit');
        daemon.kill();
        await ended;
      }
      await bus.close();
    },
  };
}

const LOCK_DEFAULT = [
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets',
  'org.freedesktop.Secret.Service.Lock',
  'array:objpath:/org/freedesktop/secrets/collection/login',
];
