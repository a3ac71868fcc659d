import { describe, expect, it } from 'vitest';
import { profileSchema } from '../profile.ts';
import { importWords } from './import-words.ts';

const forward = {
  id: '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f',
  name: '',
  kind: 'remote',
  enabled: false,
  bind: { address: '*', port: 0 },
  target: { host: 'p\u0430ypal.com', port: 80 },
};

describe('the words of an import', () => {
  const words = importWords(
    profileSchema.parse({
      id: forward.id,
      name: 'Mail',
      server: { host: 'p\u0430ypal.com', port: 22, user: 'ana' },
      login: { method: 'automatic' },
      forwards: [forward],
    }),
  );

  it('show a name that looks like another together with its ASCII form', () => {
    expect(words.login).toContain('ana@p\u0430ypal.com:22 (xn--pypal-4ve.com)');
    expect(words.forwards[0]?.path).toContain('p\u0430ypal.com:80 (xn--pypal-4ve.com)');
  });

  it('warn of no forward that is switched off, and do not call the port that the server chooses 0', () => {
    expect(words.forwards[0]).toMatchObject({ reach: 'Switched off.', isExposed: false });
    expect(words.forwards[0]?.path).toMatch(/^a free port of \* on the server to /);
  });
});
