import type { ParsedKey } from 'ssh2';
import { parsePublicKey } from './key-formats/private-key-text.ts';
import { readSshStrings, sshString } from './ssh-string.ts';
import { ssh2 } from './ssh2.ts';

/**
 * What stands in front of a key's signature. FIDO keys add flags and a counter behind it (OpenSSH, PROTOCOL.u2f), and a
 * certificate is signed for in the form of the plain key (PROTOCOL.certkeys): ssh2 writes neither.
 */
const WHOLE_SIGNATURE_TYPES: ReadonlyMap<string, string> = new Map([
  ['sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519@openssh.com'],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'],
  // One blob has several algorithms here; every server that knows certificates and is not ancient takes this one (RFC 8332).
  ['ssh-rsa-cert-v01@openssh.com', 'rsa-sha2-512-cert-v01@openssh.com'],
  ...[
    'ssh-ed25519-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    'ecdsa-sha2-nistp521-cert-v01@openssh.com',
    'sk-ssh-ed25519-cert-v01@openssh.com',
    'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
  ].map((type) => [type, type] as const),
]);

/** Keys whose signatures go out as they are. */
const wholeSigned = new WeakSet<object>();

/**
 * A public key to offer to a server: a plain one, a FIDO key or a certificate. Null for a kind that no login can be made
 * with. `login-signature.ts` is what makes the latter two work.
 */
export function loginKey(blob: Buffer): ParsedKey | null {
  const type = keyType(blob);
  const algorithm = WHOLE_SIGNATURE_TYPES.get(type);
  if (algorithm === undefined) return parsePublicKey(blob.toString('base64'));
  // ssh2 takes nothing for a key that it did not make itself, and looks at these two of it only.
  const key = Object.create(templateKey(), {
    type: { value: algorithm },
    comment: { value: '' },
    getPublicSSH: { value: () => blob },
  }) as ParsedKey;
  wholeSigned.add(key);
  return key;
}

/** Claims that whoever signs with this key gives the whole signature, with the name of its form in front. */
export function takesWholeSignature(key: unknown): boolean {
  return typeof key === 'object' && key !== null && wholeSigned.has(key);
}

/** The type that a public key or certificate names itself; empty if it is none. */
export function keyType(blob: Buffer): string {
  return readSshStrings(blob).strings[0]?.toString('latin1') ?? '';
}

/** Claims that a type is one of a FIDO security key, or of a certificate for one. */
export function isSecurityKeyType(type: string): boolean {
  return type.startsWith('sk-');
}

/** Claims that a type is one of a certificate (OpenSSH, PROTOCOL.certkeys). */
export function isCertificateType(type: string): boolean {
  return type.endsWith('-cert-v01@openssh.com');
}

function templateKey(): ParsedKey {
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.alloc(32, 1))]);
  const key = ssh2.utils.parseKey(`ssh-ed25519 ${blob.toString('base64')}`) as ParsedKey | Error;
  if (key instanceof Error) throw key;
  return key;
}
