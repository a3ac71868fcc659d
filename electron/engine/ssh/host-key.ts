import { fingerprintOf, randomartOf } from './fingerprint.ts';
import { readSshStrings, sshString } from './ssh-string.ts';

/** The names of the key types that OpenSSH knows in a known_hosts file (certificates aside). */
export type HostKeyType =
  | 'ssh-ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'ssh-rsa'
  | 'ssh-dss'
  | 'sk-ssh-ed25519@openssh.com'
  | 'sk-ecdsa-sha2-nistp256@openssh.com';

/** A server's public key. Two keys are the same key when, and only when, their `base64` is the same. */
export interface HostKey {
  readonly type: HostKeyType;
  /** The size as `ssh-keygen -l` gives it: bits of the modulus or of the curve. */
  readonly bits: number;
  /** The key as it stands in a known_hosts line, in its one canonical encoding. */
  readonly base64: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/**
 * Reads a public key as a server sends it (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4,
 * OpenSSH PROTOCOL.u2f). Undefined for anything that is not exactly one well-formed key, and for RSA under
 * 1024 bits, which OpenSSH refuses too.
 *
 * Numbers are brought to their shortest form, as OpenSSH does: otherwise a server could pad a revoked
 * key with a zero and have it pass for another one.
 */
export function parseHostKey(blob: Uint8Array): HostKey | undefined {
  const [typeField, ...fields] = readFields(blob) ?? [];
  const type = typeField?.toString('latin1');
  if (type === undefined || !isHostKeyType(type)) return undefined;
  const body = readBody(type, fields);
  if (!body) return undefined;
  const canonical = writeFields([Buffer.from(type, 'latin1'), ...body.fields]);
  return {
    type,
    bits: body.bits,
    base64: canonical.toString('base64'),
    fingerprint: fingerprintOf(canonical),
  };
}

/**
 * Reads a key as it stands in a file, in base64. Padding must be exact, as OpenSSH demands: a line cut
 * short is a broken line, not another key.
 */
export function parseHostKeyBase64(text: string): HostKey | undefined {
  const blob = Buffer.from(text, 'base64');
  return blob.toString('base64') === text ? parseHostKey(blob) : undefined;
}

/** The key's picture as `ssh-keygen -lv` draws it, eleven lines. */
export function randomartOfKey(key: HostKey): string {
  return randomartOf(Buffer.from(key.base64, 'base64'), `${shapes[key.type].shortName} ${key.bits}`);
}

type Shape =
  | { readonly kind: 'ed25519'; readonly shortName: string; readonly extraFields: number }
  | {
      readonly kind: 'ecdsa';
      readonly shortName: string;
      readonly extraFields: number;
      readonly curve: string;
      readonly bits: number;
    }
  | {
      readonly kind: 'numbers';
      readonly shortName: string;
      readonly count: number;
      readonly sizedBy: number;
      readonly minBits: number;
    };

/** What follows the type name in each blob. A FIDO key carries its application name besides. */
const shapes: Readonly<Record<HostKeyType, Shape>> = {
  'ssh-ed25519': { kind: 'ed25519', shortName: 'ED25519', extraFields: 0 },
  'sk-ssh-ed25519@openssh.com': { kind: 'ed25519', shortName: 'ED25519-SK', extraFields: 1 },
  'ecdsa-sha2-nistp256': { kind: 'ecdsa', shortName: 'ECDSA', extraFields: 0, curve: 'nistp256', bits: 256 },
  'ecdsa-sha2-nistp384': { kind: 'ecdsa', shortName: 'ECDSA', extraFields: 0, curve: 'nistp384', bits: 384 },
  'ecdsa-sha2-nistp521': { kind: 'ecdsa', shortName: 'ECDSA', extraFields: 0, curve: 'nistp521', bits: 521 },
  'sk-ecdsa-sha2-nistp256@openssh.com': {
    kind: 'ecdsa',
    shortName: 'ECDSA-SK',
    extraFields: 1,
    curve: 'nistp256',
    bits: 256,
  },
  'ssh-rsa': { kind: 'numbers', shortName: 'RSA', count: 2, sizedBy: 1, minBits: 1024 },
  'ssh-dss': { kind: 'numbers', shortName: 'DSA', count: 4, sizedBy: 0, minBits: 1 },
};

/** OpenSSH's own limit on one number of a key (sshbuf, SSHBUF_MAX_BIGNUM). */
const maxNumberBits = 16_384;

function isHostKeyType(type: string): type is HostKeyType {
  return Object.hasOwn(shapes, type);
}

function readBody(
  type: HostKeyType,
  fields: readonly Buffer[],
): { readonly bits: number; readonly fields: readonly Buffer[] } | undefined {
  const shape = shapes[type];
  switch (shape.kind) {
    case 'ed25519':
      if (fields.length !== 1 + shape.extraFields || fields[0]?.length !== 32) return undefined;
      return { bits: 256, fields };
    case 'ecdsa': {
      const [curve, point] = fields;
      const pointLength = 1 + 2 * Math.ceil(shape.bits / 8);
      if (fields.length !== 2 + shape.extraFields || curve?.toString('latin1') !== shape.curve)
        return undefined;
      // 4 marks an uncompressed point; a compressed one would be a second encoding of the same key.
      if (point?.length !== pointLength || point[0] !== 4) return undefined;
      return { bits: shape.bits, fields };
    }
    case 'numbers': {
      const numbers = fields.map(shortestNumber).filter((number) => number !== undefined);
      const sized = numbers[shape.sizedBy];
      if (fields.length !== shape.count || numbers.length !== shape.count || !sized) return undefined;
      const bits = bitsOf(sized);
      return bits < shape.minBits ? undefined : { bits, fields: numbers };
    }
  }
}

/** An mpint (RFC 4251 section 5) without needless zeros; undefined if negative or absurdly long. */
function shortestNumber(field: Buffer): Buffer | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) return undefined;
  const first = field.findIndex((byte) => byte !== 0);
  if (first === -1) return Buffer.alloc(0);
  const digits = field.subarray(first);
  if (bitsOf(digits) > maxNumberBits) return undefined;
  return ((digits[0] ?? 0) & 0x80) === 0 ? digits : Buffer.concat([Buffer.alloc(1), digits]);
}

function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (number.length - first) * 8 - (Math.clz32(number[first] ?? 0) - 24);
}

/** Cuts a blob into its length-prefixed strings (RFC 4251 section 5); undefined unless they fill it exactly. */
function readFields(blob: Uint8Array): Buffer[] | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const { strings, length } = readSshStrings(bytes);
  return length === bytes.length ? strings : undefined;
}

function writeFields(fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields.map(sshString));
}
