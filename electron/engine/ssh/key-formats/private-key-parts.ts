import { sshString } from '../ssh-string.ts';

/** A private key taken apart. Numbers are unsigned, with the most significant byte first, as in a JSON Web Key. */
export type PrivateKeyParts =
  | { readonly type: 'ed25519'; readonly publicKey: Buffer; readonly seed: Buffer }
  | {
      readonly type: 'ecdsa';
      /** The curve's name in SSH: `nistp256`, `nistp384` or `nistp521` (RFC 5656). */
      readonly curve: string;
      /** The public point, uncompressed: 4, x, y. */
      readonly point: Buffer;
      readonly d: Buffer;
    }
  | {
      readonly type: 'rsa';
      readonly n: Buffer;
      readonly e: Buffer;
      readonly d: Buffer;
      readonly p: Buffer;
      readonly q: Buffer;
      /** The inverse of q modulo p. */
      readonly qi: Buffer;
    };

/** Writes a key as `ssh-keygen` does, not encrypted (OpenSSH, PROTOCOL.key): the one form of all of these that ssh2 reads. */
export function toOpenSshKey(parts: PrivateKeyParts): string {
  const { publicKey, privateFields } = fieldsOf(parts);
  const inner = Buffer.concat([
    // Twice the same number, by which one who decrypts knows that it worked.
    Buffer.alloc(8),
    ...privateFields,
    sshString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, at) => at + 1));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(1);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    count,
    sshString(publicKey),
    sshString(Buffer.concat([inner, padding])),
  ]).toString('base64');
  const lines = body.match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}

function fieldsOf(parts: PrivateKeyParts): { publicKey: Buffer; privateFields: readonly Buffer[] } {
  switch (parts.type) {
    case 'ed25519': {
      const head = [sshString('ssh-ed25519'), sshString(parts.publicKey)];
      const secret = sshString(Buffer.concat([parts.seed, parts.publicKey]));
      return { publicKey: Buffer.concat(head), privateFields: [...head, secret] };
    }
    case 'ecdsa': {
      const head = [sshString(`ecdsa-sha2-${parts.curve}`), sshString(parts.curve), sshString(parts.point)];
      return { publicKey: Buffer.concat(head), privateFields: [...head, mpint(parts.d)] };
    }
    case 'rsa': {
      const { n, e, d, qi, p, q } = parts;
      const publicKey = Buffer.concat([sshString('ssh-rsa'), mpint(e), mpint(n)]);
      const privateFields = [sshString('ssh-rsa'), ...[n, e, d, qi, p, q].map(mpint)];
      return { publicKey, privateFields };
    }
  }
}

/** A number of RFC 4251, section 5: no needless zeros in front, but one where the first bit would say negative. */
function mpint(number: Buffer): Buffer {
  let start = 0;
  while (start < number.length && number[start] === 0) start++;
  const digits = number.subarray(start);
  const isSigned = ((digits[0] ?? 0) & 0x80) !== 0;
  return sshString(isSigned ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}
