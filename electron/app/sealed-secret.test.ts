import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealSecret, unsealSecret } from './sealed-secret.ts';

const SLOT = '["password","ana","example.org",22]';

describe('a sealed secret', () => {
  it.each(['hunter2', '', 'two\nlines', 'ünï €', 'culvert secret 1\n'])('gives %j back', (secret) => {
    expect(unsealSecret(SLOT, sealSecret(SLOT, secret))).toBe(secret);
  });

  it('is for its own slot only', () => {
    expect(unsealSecret('["password","ana","evil.example",22]', sealSecret(SLOT, 'hunter2'))).toBeNull();
  });

  it('gives what an earlier Culvert kept without a seal', () => {
    expect(unsealSecret(SLOT, 'hunter2')).toBe('hunter2');
  });

  it('is told from the noise that a wrong key makes where the padding happens to fit', () => {
    const iv = Buffer.alloc(16, ' ');
    let fitting = 0;
    for (let round = 0; round < 4000; round += 1) {
      const cipher = createCipheriv('aes-128-cbc', randomBytes(16), iv);
      const box = Buffer.concat([cipher.update(sealSecret(SLOT, 'hunter2')), cipher.final()]);
      const wrong = createDecipheriv('aes-128-cbc', randomBytes(16), iv);
      try {
        const noise = Buffer.concat([wrong.update(box), wrong.final()]).toString('utf8');
        fitting += 1;
        expect(unsealSecret(SLOT, noise)).toBeNull();
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    }
    // About one in 256: without any, nothing was shown here.
    expect(fitting).toBeGreaterThan(0);
  });
});
