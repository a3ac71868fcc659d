import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createTemporaryFolder } from './temporary-folder.ts';

/** A home folder for one test, with an empty `.ssh`. */
export interface TemporaryHome {
  readonly home: string;
  readonly sshFolder: string;
  /** This process's environment with HOME pointing here, no agent, and no folders of the desktop (XDG). */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Makes a home folder. Programs that look up the account's own home, as `ssh` does, do not mind HOME. */
export async function createTemporaryHome(): Promise<TemporaryHome> {
  const folder = await createTemporaryFolder('home');
  const sshFolder = path.join(folder.path, '.ssh');
  await mkdir(sshFolder, { mode: 0o700 });
  const inherited = Object.entries(process.env).filter(
    ([name]) => name !== 'SSH_AUTH_SOCK' && !/^XDG_.*_HOME$/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), HOME: folder.path };
  return { home: folder.path, sshFolder, env, close: folder.close };
}
