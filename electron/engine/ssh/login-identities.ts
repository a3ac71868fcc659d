import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Login } from '#shared/login.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { findAgentIdentity, listAgentIdentities } from './agent-identities.ts';
import { agentSocket, findAgentSocket } from './agent-socket.ts';
import { certificateBeside } from './certificate-file.ts';
import type { Identity } from './identity.ts';
import { type PassphraseSource, readKeyFile } from './key-file.ts';

/** The key files that `Automatic` looks for in ~/.ssh, as ssh_config(5), IdentityFile, has them. */
const USUAL_KEY_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'] as const;

/** The keys of a login, one after the other. Returns why there are no more, where that is worth telling. */
export type LoginIdentities = AsyncGenerator<Identity, TunnelError | null>;

/**
 * The keys that a login offers, in order. One after the other, since to read a key file can mean to ask for its
 * passphrase. A certificate goes before its plain key, as with ssh.
 */
export function loginIdentities(login: Login, passphrases: PassphraseSource): LoginIdentities {
  switch (login.method) {
    case 'keyFile':
      return fromFile(login.keyFile, passphrases);
    case 'agent':
      return fromAgent(login);
    default:
      return fromUsualPlaces(passphrases);
  }
}

async function* fromFile(file: string, passphrases: PassphraseSource): LoginIdentities {
  const read = await readKeyFile(file, passphrases, findInUsualAgent);
  if (!read.ok) return read.error;
  const certificate = await certificateBeside(file, read.value);
  if (certificate) yield certificate;
  yield read.value;
  return null;
}

async function* fromAgent({ socket, key }: Extract<Login, { method: 'agent' }>): LoginIdentities {
  const found = findAgentSocket(socket);
  if (!found.ok) return found.error;
  if (key !== undefined) {
    const chosen = await findAgentIdentity(found.value, key);
    if (!chosen.ok) return chosen.error;
    yield chosen.value;
    return null;
  }
  const listed = await listAgentIdentities(found.value);
  if (!listed.ok) return listed.error;
  yield* listed.value;
  return null;
}

async function* fromUsualPlaces(passphrases: PassphraseSource): LoginIdentities {
  const listed = await listAgentIdentities(agentSocket());
  const held = listed.ok ? listed.value : [];
  yield* held;
  const isHeld = ({ publicKey }: Identity) =>
    held.some((other) => other.publicKey.getPublicSSH().equals(publicKey.getPublicSSH()));
  for (const name of USUAL_KEY_FILES) {
    const file = join(homedir(), '.ssh', name);
    const read = await readKeyFile(file, passphrases);
    if (!read.ok) continue;
    const certificate = await certificateBeside(file, read.value);
    if (certificate && !isHeld(certificate)) yield certificate;
    if (!isHeld(read.value)) yield read.value;
  }
  return null;
}

async function findInUsualAgent(publicKey: Buffer): Promise<Identity | null> {
  const listed = await listAgentIdentities(agentSocket());
  if (!listed.ok) return null;
  return listed.value.find((held) => held.publicKey.getPublicSSH().equals(publicKey)) ?? null;
}
