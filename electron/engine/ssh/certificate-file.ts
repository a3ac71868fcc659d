import type { ParsedKey } from 'ssh2';
import { CERTIFIED_KEY_FIELDS } from './certificate-facts.ts';
import { fileDesk } from './file-desk.ts';
import type { Identity } from './identity.ts';
import { expandHome } from './key-file.ts';
import { isCertificateType, isSecurityKeyType, keyType, loginKey } from './login-key.ts';
import { readSshStrings, sshString } from './ssh-string.ts';

/** A certificate with many principals is still far smaller. */
const LARGEST_CERTIFICATE_BYTES = 256 * 1024;

/** A certificate of a user, and the plain key that it is about. */
export interface Certificate {
  readonly file: string;
  readonly publicKey: ParsedKey;
  readonly certified: Buffer;
}

/** Reads a certificate, such as ssh finds beside a key file as `<file>-cert.pub` (ssh(1), -i). Null if there is none. */
export async function readCertificate(file: string): Promise<Certificate | null> {
  const read = await fileDesk.read(expandHome(file), LARGEST_CERTIFICATE_BYTES);
  if (!read.ok) return null;
  const blob = Buffer.from(read.value.text.trim().split(/\s+/)[1] ?? '', 'base64');
  const certified = certifiedKey(blob);
  const publicKey = loginKey(blob);
  return certified === null || publicKey === null ? null : { file, publicKey, certified };
}

/** The certificate as an identity that its key signs for; the key must be the one that it is about. */
export function certifiedIdentity({ file, publicKey, certified }: Certificate, key: Identity): Identity {
  return { label: file, publicKey, sign: (data) => signWhole(key, certified, data) };
}

/** The plain public key that a certificate is about (OpenSSH, PROTOCOL.certkeys); null if the blob is no certificate. */
export function certifiedKey(certificate: Buffer): Buffer | null {
  const type = keyType(certificate);
  if (!isCertificateType(type)) return null;
  const plainType = type.slice(0, -'-cert-v01@openssh.com'.length);
  // What a FIDO key signs is not put into this form.
  const count = isSecurityKeyType(type) ? undefined : CERTIFIED_KEY_FIELDS[plainType];
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

/**
 * An ECDSA signature of ASN.1, as OpenSSL makes it: a sequence of two integers; SSH has two mpints (RFC 5656, section 3.1.2). An
 * agent's is in that form already, and begins with the length of the first.
 */
function derToSsh(der: Buffer): Buffer {
  if (der[0] !== 0x30) return der;
  let offset = der[1] === 0x81 ? 3 : 2;
  const integers: Buffer[] = [];
  while (integers.length < 2) {
    const length = der[offset + 1] ?? 0;
    integers.push(der.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  return Buffer.concat(integers.map((integer) => sshString(integer)));
}
