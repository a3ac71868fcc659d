import { describe, expect, it } from 'vitest';
import { askedFor, whyOver } from './over-words.ts';

const server = { id: 'p1', host: 'core', port: 22, user: 'ana', attempt: 1 };

describe('what is said of a question that is over', () => {
  it('names whose secret was asked for, and where', () => {
    expect(askedFor({ kind: 'password', ...server })).toBe('the password of ana on core:22');
    expect(askedFor({ kind: 'proxyPassword', proxy: 'http', ...server })).toBe(
      'the password of ana on the proxy core:22',
    );
    expect(askedFor({ kind: 'passphrase', keyFile: '~/.ssh/id', ...server })).toBe(
      'the passphrase of ~/.ssh/id',
    );
    expect(askedFor({ kind: 'questions', title: '', instructions: '', questions: [], ...server })).toBe(
      'your answers to core:22, for ana',
    );
  });

  it('says why, as far as that is known', () => {
    expect(whyOver({ status: 'stopping' })).toBe('It was stopped.');
    expect(whyOver({ status: 'failed', error: { code: 'engineRestarted' } })).toContain('failed');
    const waiting = { status: 'waiting', attempt: 1, retryAt: 0 } as const;
    expect(whyOver({ ...waiting, error: { code: 'engineRestarted' } })).toContain('engine stopped');
    expect(whyOver({ ...waiting, error: { code: 'serverSilent', host: 'core', port: 22, seconds: 9 } })).toBe(
      'It waits to connect anew.',
    );
    expect(whyOver(undefined)).toBe('It has ended.');
  });
});
