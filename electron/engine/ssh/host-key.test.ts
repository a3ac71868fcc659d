import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHostKey, parseHostKeyBase64, randomartOfKey } from './host-key.ts';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';

let directory: string;
let keys: TestKey[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-host-key-'));
  keys = [
    makeTestKey(directory, 'ed25519', '-t', 'ed25519'),
    makeTestKey(directory, 'nistp256', '-t', 'ecdsa', '-b', '256'),
    makeTestKey(directory, 'nistp384', '-t', 'ecdsa', '-b', '384'),
    makeTestKey(directory, 'nistp521', '-t', 'ecdsa', '-b', '521'),
    makeTestKey(directory, 'rsa1024', '-t', 'rsa', '-b', '1024'),
    makeTestKey(directory, 'rsa2047', '-t', 'rsa', '-b', '2047'),
    ...Array.from({ length: 20 }, (_, index) => makeTestKey(directory, `more${index}`, '-t', 'ed25519')),
  ];
});

afterAll(() => rmSync(directory, { recursive: true }));

function rsaBlob(e: Buffer, n: Buffer): Buffer {
  return blobOf(Buffer.from('ssh-rsa'), e, n);
}

function blobOf(...fields: Buffer[]): Buffer {
  return Buffer.concat(fields.flatMap((field) => [lengthOf(field), field]));
}

function lengthOf(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return length;
}

describe('parseHostKey', () => {
  it('gives type, bits, fingerprint and picture as ssh-keygen -lv does, for every type that it makes', () => {
    for (const { file, line, key } of keys) {
      const [summary = '', ...picture] = execFileSync('ssh-keygen', ['-lvf', `${file}.pub`], {
        encoding: 'utf8',
      })
        .trim()
        .split('\n');
      expect(summary.startsWith(`${key.bits} ${key.fingerprint} `)).toBe(true);
      expect(randomartOfKey(key)).toBe(picture.join('\n'));
      expect(`${key.type} ${key.base64}`).toBe(line);
    }
  });

  it('reads FIDO keys, which a known_hosts file may hold', () => {
    const application = Buffer.from('ssh:');
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]);
    const ed25519 = blobOf(Buffer.from('sk-ssh-ed25519@openssh.com'), Buffer.alloc(32, 7), application);
    const ecdsa = blobOf(
      Buffer.from('sk-ecdsa-sha2-nistp256@openssh.com'),
      Buffer.from('nistp256'),
      point,
      application,
    );
    expect(parseHostKey(ed25519)).toMatchObject({ type: 'sk-ssh-ed25519@openssh.com', bits: 256 });
    expect(parseHostKey(ecdsa)).toMatchObject({ type: 'sk-ecdsa-sha2-nistp256@openssh.com', bits: 256 });
  });

  it('takes a number padded with zeros for the same key', () => {
    const e = Buffer.from([1, 0, 1]);
    const n = Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xc3)]);
    const plain = parseHostKey(rsaBlob(e, n));
    const padded = parseHostKey(
      rsaBlob(Buffer.concat([Buffer.alloc(3), e]), Buffer.concat([Buffer.alloc(9), n])),
    );
    expect(plain?.bits).toBe(2048);
    expect(padded).toEqual(plain);
  });

  it('refuses RSA under 1024 bits, negative and endless numbers', () => {
    const e = Buffer.from([1, 0, 1]);
    expect(parseHostKey(rsaBlob(e, Buffer.alloc(127, 0x73)))).toBeUndefined();
    expect(parseHostKey(rsaBlob(e, Buffer.alloc(256, 0xc3)))).toBeUndefined();
    expect(parseHostKey(rsaBlob(e, Buffer.alloc(4096, 0x73)))).toBeUndefined();
  });

  it('refuses compressed points, and a curve other than the one the type names', () => {
    const type = Buffer.from('ecdsa-sha2-nistp256');
    const point = Buffer.alloc(65, 4);
    expect(parseHostKey(blobOf(type, Buffer.from('nistp256'), point))).toBeDefined();
    expect(parseHostKey(blobOf(type, Buffer.from('nistp384'), point))).toBeUndefined();
    expect(parseHostKey(blobOf(type, Buffer.from('nistp256'), Buffer.alloc(33, 2)))).toBeUndefined();
  });

  it('refuses every key that is cut short or has something behind it', () => {
    for (const { key } of keys.slice(0, 6)) {
      const blob = Buffer.from(key.base64, 'base64');
      for (let length = 0; length < blob.length; length++) {
        expect(parseHostKey(blob.subarray(0, length))).toBeUndefined();
      }
      expect(parseHostKey(Buffer.concat([blob, Buffer.alloc(1)]))).toBeUndefined();
      expect(parseHostKey(Buffer.concat([blob, Buffer.alloc(4)]))).toBeUndefined();
    }
  });

  it('never throws, whatever a server sends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseHostKey(bytes)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.nat(5), fc.nat(400), fc.nat(255), (which, at, value) => {
        const blob = Buffer.from(keys[which]?.key.base64 ?? '', 'base64');
        blob[at % blob.length] = value;
        expect(() => parseHostKey(blob)).not.toThrow();
      }),
    );
  });

  it('is not fooled by a type that every object has', () => {
    expect(parseHostKey(blobOf(Buffer.from('constructor'), Buffer.alloc(32)))).toBeUndefined();
    expect(parseHostKey(blobOf(Buffer.from('__proto__'), Buffer.alloc(32)))).toBeUndefined();
  });
});

describe('parseHostKeyBase64', () => {
  it('demands exact base64', () => {
    const base64 = keys[0]?.key.base64 ?? '';
    expect(parseHostKeyBase64(base64)).toEqual(keys[0]?.key);
    for (const broken of ['', `${base64}=`, `${base64}A`, base64.slice(1), ` ${base64}`, `${base64}#`]) {
      expect(parseHostKeyBase64(broken)).toBeUndefined();
    }
  });
});
