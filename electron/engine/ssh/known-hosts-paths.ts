import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { lowerCaseAscii } from './pattern-list.ts';

/** Where known host keys stand. All files are read; a new key is added to the first of the user's. */
export interface KnownHostsPaths {
  /** Empty: the user wants none, and nothing is ever written. */
  readonly userFiles: readonly string[];
  /** The system's files, which are only read. */
  readonly globalFiles: readonly string[];
}

/**
 * The files that OpenSSH reads by default (ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile). The home
 * folder is looked up at every call and follows HOME, so that a test can point it elsewhere; OpenSSH
 * itself asks the password database.
 */
export function defaultKnownHostsPaths(): KnownHostsPaths {
  const isWindows = process.platform === 'win32';
  const home = homeFolder();
  const shared = isWindows ? join(process.env.ProgramData ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh';
  return {
    userFiles: [join(home, '.ssh', 'known_hosts'), join(home, '.ssh', 'known_hosts2')],
    globalFiles: [join(shared, 'ssh_known_hosts'), join(shared, 'ssh_known_hosts2')],
  };
}

/** The files for one server: its own where its settings name some, else the usual ones. */
export function knownHostsPathsFor(
  { userFiles, globalFiles }: Pick<HostKeySettings, 'userFiles' | 'globalFiles'>,
  defaults: KnownHostsPaths,
): KnownHostsPaths {
  return {
    userFiles: userFiles ? named(userFiles) : defaults.userFiles,
    globalFiles: globalFiles ? named(globalFiles) : defaults.globalFiles,
  };
}

/** Claims that a path means the same wherever Culvert was started: ssh takes others from its working folder, of which an app has none. */
export function isWholePath(path: string): boolean {
  return isAbsolute(path);
}

/** `none` means no file at all (ssh_config(5), UserKnownHostsFile); ssh takes it in the first place only. */
function named(files: readonly string[]): readonly string[] {
  const [first = ''] = files;
  return lowerCaseAscii(first) === 'none' ? [] : files.map(expandHome);
}

function expandHome(path: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(homeFolder(), path.slice(1)) : path;
}

function homeFolder(): string {
  return (process.platform === 'win32' ? undefined : process.env.HOME) || homedir();
}
