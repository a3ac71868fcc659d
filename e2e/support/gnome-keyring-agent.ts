import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ClientKey } from './client-keys.ts';
import { eventually } from './eventually.ts';
import { identifyProcess, killTrees, processesWithEnvironment } from './process-tree.ts';
import { requireProgram, runProgram } from './programs.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** The SSH agent of a real gnome-keyring, on a bus and in a home of its own. */
export interface GnomeKeyringAgent {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Starts one that holds this key. It ends with its bus, which ends with a pipe that only we hold open. */
export async function startGnomeKeyringAgent(key: ClientKey): Promise<GnomeKeyringAgent> {
  const folder = await createTemporaryFolder('keyring');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder.path, HOME: folder.path };
  const script = 'echo | gnome-keyring-daemon --unlock --components=ssh,secrets >&2; exec cat';
  requireProgram('gnome-keyring-daemon');
  const child = spawn(requireProgram('dbus-run-session'), ['--', 'sh', '-c', script], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const socketPath = path.join(folder.path, 'keyring', 'ssh');
  const close = async () => {
    child.stdin.end();
    await ended;
    const left = processesWithEnvironment(folder.path).map(identifyProcess);
    await killTrees(left.filter((each) => each !== null));
    await folder.close();
  };
  try {
    await eventually(() => existsSync(socketPath));
    await eventually(() =>
      runProgram('ssh-add', ['-q', key.path], { env: { ...env, SSH_AUTH_SOCK: socketPath } }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { socketPath, close };
}
