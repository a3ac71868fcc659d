import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { type KeyboardInteractiveRound, registerPamService } from './pam-service.ts';
import { requireProgram, tryProgram } from './programs.ts';
import { isRoot } from './root.ts';

/** How to start the sshd that is installed here. */
export interface SshdProgram {
  readonly path: string;
  /** Lines of its configuration that only its version understands. */
  readonly versionLines: readonly string[];
  close(): Promise<void>;
}

/**
 * Finds sshd, and with `rounds` registers the PAM service that asks them. OpenSSH before 9.8 takes the service's
 * name from the name it is started by: through a symbolic link it gets one of its own, and /etc/pam.d/sshd stays
 * as it is. Later ones have PAMServiceName.
 */
export async function prepareSshdProgram(
  folder: string,
  rounds: readonly KeyboardInteractiveRound[] | null,
  asksAboutAccount = false,
): Promise<SshdProgram> {
  const sshd = requireProgram('sshd');
  // Debian makes it when the system's own sshd starts; as root it is needed, and may as well stay.
  if (isRoot()) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const isRecent = await isAtLeast98();
  // From 9.8 on, sshd refuses an address for a while after failed logins: all of ours come from one.
  const versionLines = isRecent ? ['PerSourcePenalties no'] : [];
  if (rounds === null) return { path: sshd, versionLines, close: async () => {} };

  const { name, close } = await registerPamService(folder, rounds, asksAboutAccount);
  if (isRecent) return { path: sshd, versionLines: [...versionLines, `PAMServiceName ${name}`], close };
  const link = path.join(folder, name);
  await symlink(sshd, link);
  return { path: link, versionLines, close };
}

async function isAtLeast98(): Promise<boolean> {
  const { stderr } = await tryProgram('ssh', ['-V']);
  const [, major = '0', minor = '0'] = /OpenSSH_(\d+)\.(\d+)/.exec(stderr) ?? [];
  return Number(major) * 100 + Number(minor) >= 908;
}
