import { describe, expect, it } from 'vitest';
import { profileSchema } from '#shared/profile.ts';
import { importWords } from './import-words.ts';

const ID = '5f2c1f0e-6a5b-4d0e-9a51-0d7d1b1c2a3f';
const server = { host: 'core.example.org', port: 22, user: 'ana' };
const login = { method: 'password' };
const wordsOf = (change: object) =>
  importWords(
    profileSchema.parse({
      id: ID,
      name: 'Mail',
      server,
      login,
      forwards: [{ id: ID, kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
      ...change,
    }),
  );

describe('the words for a tunnel that is to be imported', () => {
  it('say by what its server and its jump hosts are known, and what is allowed there', () => {
    const gate = { server: { host: 'gate.example.org', port: 2222, user: 'bob' }, login };
    const words = wordsOf({
      hostKeys: { alias: 'friend', userFiles: ['~/known'], checking: 'accept-new' },
      jumpHosts: [
        { ...gate, hostKeys: { alias: 'other', checking: 'accept-new' }, legacyAlgorithms: true },
        { ...gate, hostKeys: { checking: 'yes' } },
      ],
    });
    expect(words.login).toMatch(/^Logs in to ana@core\.example\.org:22, known as friend by ~\/known, /);
    expect(words.way).toEqual([
      expect.stringMatching(
        /^By way of bob@gate\.example\.org:2222, known as other, .*, trusting an unknown key of it without asking, allowing legacy algorithms\.$/,
      ),
      expect.stringMatching(/^By way of bob@gate.*, only where its key is known already\.$/),
      'Trusts an unknown key of the server without asking.',
    ]);
  });

  it('do not speak of what is usual', () => {
    expect(wordsOf({}).login).toMatch(/^Logs in to ana@core\.example\.org:22, with a password/);
    expect(wordsOf({}).way).toEqual([]);
  });

  const paypal = 'p\u0430ypal.com';
  const words = wordsOf({
    server: { ...server, host: paypal },
    forwards: [
      {
        id: ID,
        kind: 'remote',
        enabled: false,
        bind: { address: '*', port: 0 },
        target: { host: paypal, port: 80 },
      },
    ],
  });

  it('show a name that looks like another together with its ASCII form', () => {
    expect(words.login).toContain('ana@p\u0430ypal.com:22 (xn--pypal-4ve.com)');
    expect(words.forwards[0]?.path).toContain('p\u0430ypal.com:80 (xn--pypal-4ve.com)');
  });

  it('warn of no forward that is switched off, and do not call the port that the server chooses 0', () => {
    expect(words.forwards[0]).toMatchObject({ reach: 'Switched off.', isExposed: false });
    expect(words.forwards[0]?.path).toMatch(/^a free port of \* on the server to /);
  });
});
