import { findFreePort } from '../support/free-port.ts';
import { startOpenSsh } from '../support/openssh-client.ts';
import type { Sshd } from '../support/sshd.ts';
import { expectEntrance } from './entrance.ts';

/** One running `ssh -L`. */
export interface OpenSshTunnel {
  /** Its entrance on 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/** Starts `ssh -N -L` to a port of 127.0.0.1 and resolves when it listens. `cipher`: default OpenSSH's own choice. */
export async function openOpenSshTunnel(
  sshd: Sshd,
  targetPort: number,
  cipher?: string,
): Promise<OpenSshTunnel> {
  const port = await findFreePort();
  const forward = `127.0.0.1:${port}:127.0.0.1:${targetPort}`;
  const ssh = await startOpenSsh(sshd, {
    identityFile: sshd.identityFile,
    args: [
      ...['-N', '-o', 'ExitOnForwardFailure=yes', '-L', forward],
      ...(cipher === undefined ? [] : ['-c', cipher]),
    ],
  });
  try {
    await expectEntrance(port);
  } catch (error) {
    await ssh.close();
    throw new Error(`ssh -L did not open: ${ssh.stderr()}`, { cause: error });
  }
  return { port, close: ssh.close };
}
