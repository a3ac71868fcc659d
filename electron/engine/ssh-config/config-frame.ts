import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type ConfigFiles, diskFiles } from './config-files.ts';

/** Whose configuration is read, and where. */
export interface ConfigFrame {
  readonly files: ConfigFiles;
  readonly home: string;
  readonly localUser: string;
  readonly localHost: string;
  readonly uid: number | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `~/.ssh/config`. */
  readonly userFile: string;
  /** `/etc/ssh/ssh_config`, or what Windows has in its place. */
  readonly systemFile: string;
}

/** The frame of whoever runs this program. */
export function configFrame(): ConfigFrame {
  const home = homedir();
  const { username, uid } = userInfo();
  const programData = process.env.ProgramData ?? 'C:\\ProgramData';
  return {
    files: diskFiles,
    home,
    localUser: username,
    localHost: hostname(),
    uid: uid === -1 ? null : uid,
    environment: process.env,
    userFile: join(home, '.ssh', 'config'),
    systemFile: process.platform === 'win32' ? join(programData, 'ssh', 'ssh_config') : '/etc/ssh/ssh_config',
  };
}
