import { readFile, stat } from 'node:fs/promises';
import type { Identity } from './identity.ts';
import { expandHome } from './key-file.ts';
import { isCertificateType, keyType, loginKey } from './login-key.ts';
import { readSshStrings, sshString } from './ssh-string.ts';

/** A certificate with many principals is still far smaller. */
const LARGEST_CERTIFICATE_BYTES = 256 * 1024;

/**
 * The certificate that ssh would find beside a key file, `<file>-cert.pub` (ssh(1), -i), as an identity that the key signs
 * for. Null if there is none, or if it is another key's.
 */
export async function certificateBeside(file: string, key: Identity): Promise<Identity | null> {
  const path = `${expandHome(file)}-cert.pub`;
  const about = await stat(path).catch(() => null);
  if (!about?.isFile() || about.size > LARGEST_CERTIFICATE_BYTES) return null;
  const text = await readFile(path, 'latin1').catch(() => '');
  const blob = Buffer.from(text.trim().split(/\s+/)[1] ?? '', 'base64');
  const certified = certifiedKey(blob);
  const publicKey = loginKey(blob);
  if (certified === null || publicKey === null) return null;
  if (!certified.equals(key.publicKey.getPublicSSH())) return null;
  return { label: `${file}-cert.pub`, publicKey, sign: (data) => signWhole(key, certified, data) };
}

/** How many fields of each plain key stand in its certificate, behind the type and a nonce. */
const KEY_FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
};

/** The plain public key that a certificate is about (OpenSSH, PROTOCOL.certkeys); null if the blob is no certificate. */
export function certifiedKey(certificate: Buffer): Buffer | null {
  const type = keyType(certificate);
  if (!isCertificateType(type)) return null;
  const plainType = type.slice(0, -'-cert-v01@openssh.com'.length);
  const count = KEY_FIELDS[plainType];
  const fields = count === undefined ? [] : readSshStrings(certificate).strings.slice(2, 2 + count);
  if (count === undefined || fields.length < count) return null;
  return Buffer.concat([sshString(plainType), ...fields.map((field) => sshString(field))]);
}

/** The signature of a plain key, in the form that stands in a login with its certificate. */
async function signWhole(key: Identity, plainKey: Buffer, data: Buffer): Promise<Buffer> {
  const type = keyType(plainKey);
  const isRsa = type === 'ssh-rsa';
  const signature = await key.sign(data, isRsa ? 'sha512' : undefined);
  return Buffer.concat([
    sshString(isRsa ? 'rsa-sha2-512' : type),
    sshString(type.startsWith('ecdsa-') ? derToSsh(signature) : signature),
  ]);
}

/** An ECDSA signature of ASN.1, as OpenSSL makes it: a sequence of two integers; SSH has two mpints (RFC 5656, section 3.1.2). */
function derToSsh(der: Buffer): Buffer {
  let offset = der[1] === 0x81 ? 3 : 2;
  const integers: Buffer[] = [];
  while (integers.length < 2) {
    const length = der[offset + 1] ?? 0;
    integers.push(der.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  return Buffer.concat(integers.map((integer) => sshString(integer)));
}
