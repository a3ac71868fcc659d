import type { CertificateFlaw } from '#shared/certificate-flaw.ts';
import { isCertificateType, keyType } from './login-key.ts';
import { makeServerLineSafe } from './server-text.ts';
import { readSshStrings } from './ssh-string.ts';

/** What a certificate says of itself (OpenSSH, PROTOCOL.certkeys). */
export interface CertificateFacts {
  readonly isForHosts: boolean;
  /** Whom it is for; empty if it does not say. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch, infinite where it has no such end. */
  readonly validFrom: number;
  readonly validUntil: number;
}

/** How many fields of each plain key stand in its certificate, behind the type and a nonce. */
export const CERTIFIED_KEY_FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519': 2,
  'sk-ecdsa-sha2-nistp256': 3,
};

/** Reads a certificate without asking who signed it. Null for what is none, or not whole. */
export function readCertificateFacts(blob: Buffer): CertificateFacts | null {
  const type = keyType(blob);
  const keyFields = CERTIFIED_KEY_FIELDS[type.slice(0, -'-cert-v01@openssh.com'.length)];
  if (!isCertificateType(type) || keyFields === undefined) return null;
  // The type, a nonce and the key come first; then the serial number and the kind.
  const kindAt = endOfStrings(blob, 2 + keyFields) + 8;
  if (kindAt + 4 > blob.length) return null;
  const rest = blob.subarray(kindAt + 4);
  const [, names] = readSshStrings(rest).strings;
  const validAt = endOfStrings(rest, 2);
  if (names === undefined || validAt + 16 > rest.length) return null;
  return {
    isForHosts: blob.readUInt32BE(kindAt) === HOST_CERTIFICATE,
    names: readSshStrings(names).strings.map((name) => name.toString('utf8')),
    validFrom: milliseconds(rest.readBigUInt64BE(validAt)),
    validUntil: milliseconds(rest.readBigUInt64BE(validAt + 8)),
  };
}

/**
 * What a server may mind in a certificate; null for nothing, and for a plain key. `now` in milliseconds since the epoch. The server
 * has the last word: its clock may differ, and it may map names (sshd_config(5), AuthorizedPrincipalsFile).
 */
export function findCertificateFlaw(
  { label, blob }: { readonly label: string; readonly blob: Buffer },
  user: string,
  now: number,
): CertificateFlaw | null {
  const facts = readCertificateFacts(blob);
  if (facts === null) return null;
  if (facts.isForHosts) return { why: 'hostCertificate', label };
  if (now >= facts.validUntil) return { why: 'expired', label, at: inRange(facts.validUntil) };
  if (now < facts.validFrom) return { why: 'notYetValid', label, at: inRange(facts.validFrom) };
  if (facts.names.length === 0 || facts.names.includes(user)) return null;
  const names = facts.names.slice(0, 3).map((name) => makeServerLineSafe(name, 40) || '…');
  return { why: 'otherNames', label, names };
}

const HOST_CERTIFICATE = 2;

/** Where so many strings end; behind the bytes where they are not there. */
function endOfStrings(bytes: Buffer, count: number): number {
  const { strings } = readSshStrings(bytes);
  if (strings.length < count) return bytes.length;
  return strings.slice(0, count).reduce((length, each) => length + 4 + each.length, 0);
}

/** Seconds of 64 bits; the largest number means for ever. */
function milliseconds(seconds: bigint): number {
  return seconds === 0xffff_ffff_ffff_ffffn ? Number.POSITIVE_INFINITY : Number(seconds) * 1000;
}

/** What a Date can hold (ECMA-262, Time Values and Time Range). */
function inRange(time: number): number {
  return Math.min(time, 8.64e15);
}
