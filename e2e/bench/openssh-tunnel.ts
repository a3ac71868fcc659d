import { findFreePort } from '../support/free-port.ts';
import { startOpenSsh } from '../support/openssh-client.ts';
import type { Sshd } from '../support/sshd.ts';
import { expectEntrance } from './entrance.ts';

/** One running `ssh -L`. */
export interface OpenSshTunnel {
  /** Its entrances on 127.0.0.1, in the order of the targets. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/**
 * Starts `ssh -N` with a `-L` to each of these ports of 127.0.0.1, and resolves when it listens. `cipher`: default
 * OpenSSH's own choice.
 */
export async function openOpenSshTunnel(
  sshd: Sshd,
  targetPorts: readonly number[],
  cipher?: string,
): Promise<OpenSshTunnel> {
  const ports: number[] = [];
  for (const _ of targetPorts) ports.push(await findFreePort());
  const forwards = targetPorts.map((target, index) => `127.0.0.1:${ports[index]}:127.0.0.1:${target}`);
  const ssh = await startOpenSsh(sshd, {
    identityFile: sshd.identityFile,
    args: [
      ...['-N', '-o', 'ExitOnForwardFailure=yes'],
      ...forwards.flatMap((forward) => ['-L', forward]),
      ...(cipher === undefined ? [] : ['-c', cipher]),
    ],
  });
  try {
    for (const port of ports) await expectEntrance(port);
  } catch (error) {
    await ssh.close();
    throw new Error(`ssh -L did not open: ${ssh.stderr()}`, { cause: error });
  }
  return { ports, close: ssh.close };
}
