import type { KeyUse } from '#shared/login.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { listAgentIdentities } from './agent-identities.ts';
import { findAgentSocket } from './agent-socket.ts';
import { type Certificate, certifiedIdentity, readCertificate } from './certificate-file.ts';
import { countDown, type Identity, isSameKey } from './identity.ts';
import { type PassphraseSource, readKeyFile } from './key-file.ts';
import { publicHalfOf } from './public-half.ts';

/**
 * How many keys are offered at most. A server counts every key as an attempt and hangs up after six
 * (sshd_config(5), MaxAuthTries); one attempt is kept for a password.
 */
export const MAX_KEYS_OFFERED = 5;

/** Which keys a login may use. */
export interface KeyChoice extends KeyUse {
  /** In the order in which they are tried. */
  readonly files: readonly string[];
  readonly agentKeys: 'all' | 'listed';
}

/** A key file, before anything is asked for it. */
interface ListedKey {
  readonly file: string;
  /** Null where only the passphrase shows it. */
  readonly publicHalf: Buffer | null;
  /** The one beside it, where none are named. */
  readonly certificate: Certificate | null;
}

/**
 * The keys of a login in the order of ssh (sshconnect2.c, pubkey_prepare): the certificates that are named; of the agent's
 * keys those that are listed, in the agent's order, then its others; then the files that it does not hold, each before its
 * certificate. What the agent holds it signs for, so that nobody is asked for a passphrase. The agent's others leave room for
 * the files, which somebody has named: ssh would offer more than a server bears. A file that cannot be used is passed over;
 * the first reason is returned. May give a key twice.
 */
export async function* keysInOrder(
  { files, agentKeys, socket, certificateFiles }: KeyChoice,
  passphrases: PassphraseSource,
): AsyncGenerator<Identity, TunnelError | null> {
  const named = (await Promise.all((certificateFiles ?? []).map(readCertificate))).filter(
    (each) => each !== null,
  );
  const listed = await Promise.all(files.map((file) => look(file, certificateFiles === undefined)));
  const inAgent = await heldKeys(socket);
  const isListed = (key: Identity) => listed.some((each) => holds(each, key));
  const usable = inAgent.filter((key) => agentKeys === 'all' || isListed(key));
  const heldKey = (blob: Buffer | null) => usable.find((key) => blob !== null && blobOf(key).equals(blob));

  const failures: TunnelError[] = [];
  const read = async ({ file, publicHalf }: ListedKey): Promise<Identity | null> => {
    const held = heldKey(publicHalf);
    if (held) return { ...held, label: file };
    const key = await readKeyFile(file, passphrases, async (blob) => heldKey(blob) ?? null);
    if (key.ok) return key.value;
    failures.push(key.error);
    return null;
  };

  let offered = 0;
  for (const certificate of named) {
    const source = listed.find(({ publicHalf }) => publicHalf?.equals(certificate.certified));
    const key = heldKey(certificate.certified) ?? (source && (await read(source)));
    if (!key) continue;
    offered += 1;
    yield certifiedIdentity(certificate, key);
  }
  const fromFiles = usable.flatMap((key) => {
    const source = listed.find((each) => holds(each, key));
    return source ? [{ ...key, label: source.file }] : [];
  });
  const room = MAX_KEYS_OFFERED - offered - offersOf(listed.filter(({ publicHalf }) => !heldKey(publicHalf)));
  const others = usable.filter((key) => !isListed(key));
  yield* countDown([...fromFiles, ...others], Math.max(fromFiles.length, room));
  for (const each of listed) {
    const key = await read(each);
    if (!key) continue;
    yield key;
    if (each.certificate?.certified.equals(blobOf(key))) yield certifiedIdentity(each.certificate, key);
  }
  // One that is missing is no news where another is there and not used.
  return failures.find(({ code }) => code === 'keyFileExposed') ?? failures[0] ?? null;
}

async function look(file: string, wantsCertificate: boolean): Promise<ListedKey> {
  return {
    file,
    publicHalf: await publicHalfOf(file),
    certificate: wantsCertificate ? await readCertificate(`${file}-cert.pub`) : null,
  };
}

/** How many keys these files are good for, as far as they show it. */
function offersOf(files: readonly ListedKey[]): number {
  const shown = files.filter(({ publicHalf }) => publicHalf !== null);
  return shown.length + shown.filter(({ certificate }) => certificate !== null).length;
}

/** Claims that an agent's key is that of a file, or the certificate beside it. */
function holds({ publicHalf, certificate }: ListedKey, key: Identity): boolean {
  return publicHalf?.equals(blobOf(key)) === true || (certificate !== null && isSameKey(certificate, key));
}

/** An agent that is not there holds no keys. */
async function heldKeys(socket: string | undefined): Promise<readonly Identity[]> {
  const found = findAgentSocket(socket);
  if (!found.ok) return [];
  const listed = await listAgentIdentities(found.value);
  return listed.ok ? listed.value : [];
}

const blobOf = ({ publicKey }: Identity): Buffer => publicKey.getPublicSSH();
