import { randomBytes } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { type PracticeIdentity, practiceIdentitySchema } from '#shared/practice.ts';
import { ssh2 } from '../ssh/ssh2.ts';

/** 192 bits: 32 characters in base64url. */
const PASSWORD_BYTES = 24;

/** Makes a host key and a password that no other practice server has. Takes about a millisecond. */
export function createPracticeIdentity(): PracticeIdentity {
  return { hostKey: createHostKey(), password: randomBytes(PASSWORD_BYTES).toString('base64url') };
}

/**
 * Reads an identity that was stored earlier. Null when it is absent or damaged in any way; then a new
 * one has to be made, and nothing is lost but the pin on the old key.
 */
export function readPracticeIdentity(stored: unknown): PracticeIdentity | null {
  const parsed = practiceIdentitySchema.safeParse(stored);
  return parsed.success && parseHostKey(parsed.data.hostKey) ? parsed.data : null;
}

/**
 * The public host key to pin: the base64 of its wire form (RFC 4253 section 6.6), as it stands in
 * `known_hosts` after the word `ssh-ed25519`. Throws when the private key is damaged.
 */
export function publicKeyOf(identity: PracticeIdentity): string {
  const key = parseHostKey(identity.hostKey);
  if (!key) throw new Error('The practice host key is damaged.');
  return key.getPublicSSH().toString('base64');
}

/**
 * ssh2 1.17.0 drops the leading zero bytes of a fresh ed25519 public key and then cannot read what it
 * wrote: 1 key in 256. Hence the second look at each.
 */
function createHostKey(): string {
  for (;;) {
    const { private: hostKey } = ssh2.utils.generateKeyPairSync('ed25519', {
      comment: 'Culvert practice server',
    });
    if (parseHostKey(hostKey)) return hostKey;
  }
}

function parseHostKey(hostKey: string): ParsedKey | null {
  const key = ssh2.utils.parseKey(hostKey);
  if (key instanceof Error || key.type !== 'ssh-ed25519' || !key.isPrivateKey()) return null;
  return key;
}
