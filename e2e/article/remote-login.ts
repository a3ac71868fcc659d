import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { knownHostsLines } from '../support/host-keys.ts';
import { requireProgram } from '../support/programs.ts';
import type { Sshd } from '../support/sshd.ts';
import type { Machine } from './machine.ts';

/** Gives an sshd's account, on every machine, the key that logs in there, and the sshd's name at `localhost:port`. */
export async function prepareRemoteLogin(sshd: Sshd, port: number): Promise<void> {
  const { home, uid, gid } = sshd.account;
  const folder = path.join(home, '.ssh');
  const key = path.join(folder, 'id_ed25519');
  const knownHosts = path.join(folder, 'known_hosts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await copyFile(sshd.identityFile, key);
  await writeFile(knownHosts, knownHostsLines('localhost', port, sshd.hostKeys));
  for (const each of [folder, key, knownHosts]) await chown(each, uid, gid);
}

/**
 * What a command prints that this account runs by `ssh -p PORT localhost`, typed on a machine without any option, as
 * the article types it. ssh reads the account's own ~/.ssh, whoever starts it.
 */
export async function loginFrom(
  machine: Machine,
  { account }: Sshd,
  port: number,
  command: string,
): Promise<string> {
  const person = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups', '--'];
  const ssh = [requireProgram('ssh'), '-p', String(port), 'localhost', command];
  const { stdout } = await machine.run('setpriv', [...person, ...ssh]);
  return stdout.trim();
}
