import { appendFile, chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createClientKey, fingerprintOf, type KeyType } from './client-keys.ts';
import { type Closers, createClosers } from './closers.ts';
import { type HostKey, knownHostsLines } from './host-keys.ts';
import { requireProgram, runProgram } from './programs.ts';
import { type ServerControls, startRestartableServer } from './restartable-server.ts';
import { requireRoot } from './root.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { borrowThrowawayAccount, type ThrowawayAccount } from './throwaway-account.ts';

export interface DropbearOptions {
  /** An address of this machine. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Public key lines that may log in, besides the handle's own `identityFile`. */
  readonly authorizedKeys?: readonly string[];
  /** Default ed25519. */
  readonly hostKeyType?: KeyType;
  /** Further arguments, such as `-j` (no local forwarding) or `-a` (remote forwards for everyone). See dropbear(8). */
  readonly extraArgs?: readonly string[];
}

/** A real dropbear on this machine. It and all its processes are gone after `close()`. */
export interface Dropbear extends ServerControls {
  readonly account: ThrowawayAccount;
  readonly user: string;
  /** A private key, without passphrase, that may log in. */
  readonly identityFile: string;
  readonly hostKeys: readonly Omit<HostKey, 'privateKey'>[];
  /** The line of `known_hosts` that makes this server known. */
  knownHosts(): string;
  close(): Promise<void>;
}

/**
 * Starts the real dropbear for key and password logins of a throwaway account. Needs root: dropbear 2022.83 reads
 * authorized keys in the account's home only, and an ordinary user's is the real one.
 */
export async function startDropbear(options: DropbearOptions = {}): Promise<Dropbear> {
  requireRoot('dropbear, which reads ~/.ssh/authorized_keys of the account only,');
  const closers = createClosers();
  try {
    return await assemble(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function assemble(options: DropbearOptions, closers: Closers): Promise<Dropbear> {
  const { host = '127.0.0.1', hostKeyType = 'ed25519' } = options;
  const account = await borrowThrowawayAccount();
  closers.add(account.close);
  const folder = await createTemporaryFolder('dropbear');
  closers.add(folder.close);
  const identity = await createClientKey();
  closers.add(identity.close);
  await authorize(account, [identity.publicKeyLine, ...(options.authorizedKeys ?? [])]);
  const hostKeyFile = path.join(folder.path, 'host_key');
  const hostKey = await makeHostKey(hostKeyType, hostKeyFile);

  const prepare = async (port: number) => ({
    program: requireProgram('dropbear'),
    args: [
      ...['-F', '-E', '-m', '-r', hostKeyFile, '-P', path.join(folder.path, 'pid')],
      ...['-p', `${host}:${port}`, ...(options.extraArgs ?? [])],
    ],
    // Written after it has bound its port.
    readyLine: /Not backgrounding/,
    portTakenLine: /Address already in use/,
  });
  const server = await startRestartableServer({ host, port: options.port, prepare });
  closers.add(server.kill);
  return {
    ...server,
    account,
    user: account.user,
    identityFile: identity.path,
    hostKeys: [hostKey],
    knownHosts: () => knownHostsLines(host, server.port, [hostKey]),
    close: closers.close,
  };
}

/** Adds lines and takes none back: they go with the account, which several servers may share. */
async function authorize(account: ThrowawayAccount, lines: readonly string[]): Promise<void> {
  const folder = path.join(account.home, '.ssh');
  const file = path.join(folder, 'authorized_keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await appendFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o600);
  for (const each of [folder, file]) await chown(each, account.uid, account.gid);
}

async function makeHostKey(type: KeyType, file: string): Promise<Omit<HostKey, 'privateKey'>> {
  const { stdout } = await runProgram('dropbearkey', ['-t', type, '-f', file]);
  const line = stdout.split('\n').find((each) => /^(ssh|ecdsa)-/.test(each)) ?? '';
  const publicKeyLine = line.split(' ', 2).join(' ');
  return { type, publicKeyLine, fingerprint: fingerprintOf(publicKeyLine) };
}
