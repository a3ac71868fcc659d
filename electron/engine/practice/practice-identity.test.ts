import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { practiceIdentitySchema } from '#shared/practice.ts';
import { createPracticeIdentity, publicKeyOf, readPracticeIdentity } from './practice-identity.ts';

describe('a practice identity', () => {
  it('is different every time and passes its own schema', () => {
    const one = createPracticeIdentity();
    const other = createPracticeIdentity();
    expect(practiceIdentitySchema.parse(one)).toEqual(one);
    expect(one.password.length).toBeGreaterThanOrEqual(24);
    expect(one.password).not.toBe(other.password);
    expect(publicKeyOf(one)).not.toBe(publicKeyOf(other));
  });

  it('survives being written to a file and read again', () => {
    const identity = createPracticeIdentity();
    expect(readPracticeIdentity(JSON.parse(JSON.stringify(identity)))).toEqual(identity);
  });

  it('has a key that can be read every time, also the 1 in 256 that ssh2 writes wrongly', () => {
    for (let count = 0; count < 1500; count += 1) {
      expect(Buffer.from(publicKeyOf(createPracticeIdentity()), 'base64')).toHaveLength(51);
    }
  });

  it('has the public key that ssh-keygen computes from the private one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'culvert-identity-'));
    try {
      const identity = createPracticeIdentity();
      const file = join(folder, 'key');
      writeFileSync(file, identity.hostKey, { mode: 0o600 });
      const line = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' });
      expect(line.split(' ').slice(0, 2)).toEqual(['ssh-ed25519', publicKeyOf(identity)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not read from anything damaged', () => {
    const identity = createPracticeIdentity();
    const lines = identity.hostKey.split('\n');
    const withoutALine = lines.filter((_, index) => index !== 2).join('\n');
    for (const stored of [
      undefined,
      null,
      'text',
      {},
      { hostKey: identity.hostKey },
      { ...identity, password: 'short' },
      { ...identity, hostKey: '' },
      { ...identity, hostKey: withoutALine },
      { ...identity, more: true },
    ]) {
      expect(readPracticeIdentity(stored)).toBeNull();
    }
    expect(() => publicKeyOf({ ...identity, hostKey: withoutALine })).toThrow('damaged');
  });
});
