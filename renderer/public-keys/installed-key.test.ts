import { describe, expect, it } from 'vitest';
import type { InstalledKey } from '#shared/contract/public-keys.ts';
import { installedWords, looseWords } from './installed-words.ts';
import { loginWithKey } from './login-with-key.ts';

const ownKey = {
  line: 'ssh-ed25519 AAAA ana@laptop of old',
  file: '/home/ana/.ssh/id.pub',
  fingerprint: 'SHA256:a',
};

describe('the login that is checked after an install', () => {
  it('is the one with the private half of that file, and no password after it', () => {
    expect(loginWithKey({ login: { method: 'password' } }, ownKey)).toEqual({
      method: 'keyFile',
      keyFile: '/home/ana/.ssh/id',
    });
  });

  it('is the one with that key of the profile’s agent', () => {
    const login = { method: 'agent', socket: '/run/agent' } as const;
    expect(loginWithKey({ login }, { ...ownKey, file: null })).toEqual({
      method: 'agent',
      socket: '/run/agent',
      key: { type: 'ssh-ed25519', publicKey: 'AAAA', comment: 'ana@laptop of old' },
    });
  });
});

describe('what is said of an installed key', () => {
  const installed: InstalledKey = { outcome: 'added', line: null, options: '', loose: [] };

  it('promises no login', () => {
    expect(installedWords(installed, 'core')).toContain('up to the server’s settings');
    const present = { ...installed, outcome: 'present', options: 'restrict' } as const;
    expect(installedWords(present, 'core')).toContain('can limit a login, or forbid it');
  });

  it('names the command that mends a mode', () => {
    expect(looseWords({ place: '~/.ssh', why: 'othersMayWrite' }, 'ana')).toContain('chmod go-w ~/.ssh');
    expect(looseWords({ place: '~', why: 'notOwner' }, 'ana')).toContain('does not belong to ana');
  });
});
