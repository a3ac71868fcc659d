import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ClientKey, createClientKey, type KeyType } from './client-keys.ts';
import { type Closers, createClosers } from './closers.ts';
import { createHostKey, type HostKey, hostKeysOf, knownHostsLines } from './host-keys.ts';
import type { KeyboardInteractiveRound } from './pam-service.ts';
import { type ServerControls, startRestartableServer } from './restartable-server.ts';
import { requireRoot } from './root.ts';
import { asksFor, type SshdSettings, sshdConfig } from './sshd-config.ts';
import { prepareSshdProgram } from './sshd-program.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { borrowThrowawayAccount, type ThrowawayAccount } from './throwaway-account.ts';

export interface SshdOptions extends SshdSettings {
  /** An address of this machine. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** A command that starts it elsewhere, such as `ip netns exec …`; give `host` and `port` then. Default: here. */
  readonly within?: readonly string[];
  /** Public key lines that may log in, besides the handle's own `identityFile`. */
  readonly authorizedKeys?: readonly string[];
  /** Default all three, as a freshly installed server has. */
  readonly hostKeyTypes?: readonly KeyType[];
  /** What a keyboard-interactive login asks. Default: the account's password, once. */
  readonly keyboardInteractive?: readonly KeyboardInteractiveRound[];
  /** Logins go through PAM and mind whether the account or its password has run out. Default no. */
  readonly mindsExpiry?: boolean;
}

/** A real sshd on this machine. It and all its processes are gone after `close()`. */
export interface Sshd extends ServerControls {
  /** Who can log in. It is given back by `close()`. */
  readonly account: ThrowawayAccount;
  readonly user: string;
  /** A private key, without passphrase, that may log in. */
  readonly identityFile: string;
  readonly hostKeys: readonly HostKey[];
  /** The lines of `known_hosts` that make this server known. */
  knownHosts(): string;
  /** Restarts with new host keys of the same types, as a reinstalled server (or an impostor) has. */
  rotateHostKey(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the real sshd and resolves when it listens. As root it serves a throwaway account, with every kind of
 * login; as an ordinary user the current one, with keys only, because it can neither read shadow passwords nor use
 * PAM. Throws where that is asked for anyhow.
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const closers = createClosers();
  try {
    return await assemble(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function assemble(options: SshdOptions, closers: Closers): Promise<Sshd> {
  if (asksFor(options, 'password')) requireRoot('A password login');
  const host = options.host ?? '127.0.0.1';
  const account = await borrowThrowawayAccount();
  closers.add(account.close);
  const folder = await createTemporaryFolder('sshd', { mode: 0o711 });
  closers.add(folder.close);
  const identity = await createClientKey();
  closers.add(identity.close);
  const { mindsExpiry = false } = options;
  const rounds =
    asksFor(options, 'keyboard-interactive') || mindsExpiry
      ? (options.keyboardInteractive ?? [{ asks: 'accountPassword' }])
      : null;
  const program = await prepareSshdProgram(folder.path, rounds, mindsExpiry);
  closers.add(program.close);
  let hostKeys = await hostKeysOf(options.hostKeyTypes ?? ['ed25519', 'ecdsa', 'rsa']);
  const authorizedKeysFile = await writeAuthorizedKeys(folder.path, identity, options.authorizedKeys ?? []);

  const prepare = async (port: number) => {
    const hostKeyFiles = await writeHostKeys(folder.path, hostKeys);
    const configFile = path.join(folder.path, 'sshd_config');
    const place = { host, port, hostKeyFiles, authorizedKeysFile, usesPam: rounds !== null };
    await writeFile(configFile, sshdConfig(options, { ...place, versionLines: program.versionLines }));
    return {
      program: program.path,
      args: ['-D', '-e', '-f', configFile],
      within: options.within,
      readyLine: /^Server listening on /m,
      portTakenLine: /Address already in use/,
    };
  };
  const server = await startRestartableServer({ host, port: options.port, prepare });
  closers.add(server.kill);
  return {
    ...server,
    account,
    user: account.user,
    identityFile: identity.path,
    get hostKeys() {
      return hostKeys;
    },
    knownHosts: () => knownHostsLines(host, server.port, hostKeys),
    rotateHostKey: async () => {
      hostKeys = await Promise.all(hostKeys.map((key) => createHostKey(key.type)));
      await server.restart();
    },
    close: closers.close,
  };
}

/** Readable by the account: sshd opens it under the account's name. */
async function writeAuthorizedKeys(
  folder: string,
  identity: ClientKey,
  others: readonly string[],
): Promise<string> {
  const file = path.join(folder, 'authorized_keys');
  await writeFile(file, `${[identity.publicKeyLine, ...others].join('\n')}\n`, { mode: 0o644 });
  return file;
}

function writeHostKeys(folder: string, keys: readonly HostKey[]): Promise<readonly string[]> {
  return Promise.all(
    keys.map(async (key) => {
      const file = path.join(folder, `ssh_host_${key.type}_key`);
      await writeFile(file, key.privateKey, { mode: 0o600 });
      return file;
    }),
  );
}
