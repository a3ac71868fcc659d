import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Login } from '#shared/login.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { findAgentIdentity, listAgentIdentities } from './agent-identities.ts';
import { findAgentSocket } from './agent-socket.ts';
import { countDown, type Identity, isSameKey } from './identity.ts';
import type { PassphraseSource } from './key-file.ts';
import { keysInOrder } from './key-order.ts';

/** The key files that `Automatic` looks for in ~/.ssh, in the order of ssh_config(5), IdentityFile; DSA's no server takes any more. */
const USUAL_KEY_FILES = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'] as const;

/** The keys of a login, one after the other. Returns why there are no more, where that is worth telling. */
export type LoginIdentities = AsyncGenerator<Identity, TunnelError | null>;

/**
 * The keys that a login offers, each once, in order. One after the other, since to read a key file can mean to ask for its
 * passphrase.
 */
export function loginIdentities(login: Login, passphrases: PassphraseSource): LoginIdentities {
  switch (login.method) {
    case 'keyFile':
      return fromFiles(login, passphrases);
    case 'agent':
      return fromAgent(login);
    case 'automatic':
      return fromUsualPlaces(login, passphrases);
    default:
      // Someone who logs in with a password is asked for a key after it.
      return fromUsualPlaces({}, passphrases);
  }
}

type Rule<Method extends Login['method']> = Omit<Extract<Login, { method: Method }>, 'method'>;

async function* fromFiles(
  { keyFile, moreKeyFiles = [], agentKeys = 'listed', ...use }: Rule<'keyFile'>,
  passphrases: PassphraseSource,
): LoginIdentities {
  return yield* eachOnce(keysInOrder({ files: [keyFile, ...moreKeyFiles], agentKeys, ...use }, passphrases));
}

async function* fromAgent({ socket, key }: Rule<'agent'>): LoginIdentities {
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
  yield* countDown(listed.value);
  return null;
}

async function* fromUsualPlaces(
  { agentKeys = 'all', ...use }: Rule<'automatic'>,
  passphrases: PassphraseSource,
): LoginIdentities {
  const files = USUAL_KEY_FILES.map((name) => join(homedir(), '.ssh', name));
  const reason = yield* eachOnce(keysInOrder({ files, agentKeys, ...use }, passphrases));
  // That one of the usual files is missing is no news.
  return reason?.code === 'keyFileExposed' ? reason : null;
}

/** Passes the keys on, each of them once. What could not be read matters only where no key could. */
async function* eachOnce(keys: LoginIdentities): LoginIdentities {
  const offered: Identity[] = [];
  for (;;) {
    const next = await keys.next();
    if (next.done) return offered.length === 0 ? next.value : null;
    if (offered.some((other) => isSameKey(other, next.value))) continue;
    offered.push(next.value);
    yield next.value;
  }
}
