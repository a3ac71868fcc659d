import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';
import { isTransient, tunnelErrorSchema } from './tunnel-error.ts';
import { ALL_TUNNEL_ERRORS, TUNNEL_ERROR_SAMPLES } from './tunnel-error-samples.ts';

const named = ALL_TUNNEL_ERRORS.map((error) => [error.code, error] as const);

describe('describeError', () => {
  it('is tried with every error that there is', () => {
    const codes = tunnelErrorSchema.options.map((option) => option.shape.code.value);
    expect(Object.keys(TUNNEL_ERROR_SAMPLES).sort()).toEqual([...codes].sort());
    for (const error of ALL_TUNNEL_ERRORS) expect(tunnelErrorSchema.parse(error)).toEqual(error);
  });

  it.each(named)('puts %s into two whole sentences: %j', (_code, error) => {
    const { what, advice } = describeError(error);
    for (const text of [what, advice]) {
      expect(text).toMatch(/^[\p{Lu}\d[]|^core\.|^imap:|^localhost:/u);
      expect(text).toMatch(/[.!?]$/);
      expect(text).not.toMatch(
        /\.\.$|undefined|null|NaN|\[object| {2}|\s$|\(\)|: \.|\bE[A-Z]{4,}\b(?<!EWHATEVER)/,
      );
      expect(text.length).toBeGreaterThan(10);
      expect(text.length).toBeLessThan(170);
      // Typographic signs only, as everywhere in the window.
      expect(text).not.toMatch(/['"]/);
    }
  });

  it('says what it happened to', () => {
    for (const error of ALL_TUNNEL_ERRORS) {
      const { what } = describeError(error);
      if ('host' in error) expect(what).toContain(error.host);
      if ('file' in error) expect(what).toContain(error.file);
      if ('target' in error) expect(what).toContain('imap:143');
      if ('endpoint' in error && error.endpoint.port > 0 && error.code !== 'addressNotHere') {
        expect(what).toContain(String(error.endpoint.port));
      }
    }
  });

  it('promises to go on by itself exactly where Culvert does, and only for tunnels that run', () => {
    for (const error of ALL_TUNNEL_ERRORS) {
      const { advice } = describeError(error);
      if (/by itself|again as soon/.test(advice)) {
        expect([error.code, isTransient(error)]).toEqual([error.code, true]);
        expect(advice).toContain('a running tunnel');
      }
    }
  });

  it.each([
    ['hostKeyChanged', 'showKeys'],
    ['hostKeyRevoked', null],
    ['hostKeyNotListed', 'edit'],
    ['exposureNotConfirmed', 'confirmExposure'],
    ['exposureExpired', 'confirmExposure'],
    ['keyFileMissing', 'edit'],
    ['loginRefused', 'edit'],
    ['portInUse', 'edit'],
    ['connectionLost', 'retry'],
    ['secretRefused', 'retry'],
    ['jumpFailed', 'edit'],
    ['proxyRefused', 'edit'],
    ['commandNotAllowed', 'allowCommand'],
  ] as const)('offers the button that helps against %s', (code, remedy) => {
    for (const error of TUNNEL_ERROR_SAMPLES[code]) expect(describeError(error).remedy).toBe(remedy);
  });

  it('never offers to retry past a key that is not to be trusted', () => {
    for (const code of ['hostKeyChanged', 'hostKeyRevoked'] as const) {
      for (const error of TUNNEL_ERROR_SAMPLES[code]) expect(describeError(error).remedy).not.toBe('retry');
    }
  });

  it('offers to change the profile wherever the advice is to choose something else', () => {
    for (const error of ALL_TUNNEL_ERRORS) {
      const { advice, remedy } = describeError(error);
      if (/\bchoose\b/i.test(advice)) expect([error.code, remedy]).toEqual([error.code, 'edit']);
    }
  });

  it('ends the words of a server with one full stop', () => {
    const say = (reason: string) =>
      describeError({ code: 'serverClosed', host: 'core', port: 22, reason }).what;
    expect(say('bye')).toBe('core closed the connection: bye.');
    expect(say('bye.')).toBe('core closed the connection: bye.');
    expect(say('bye!')).toBe('core closed the connection: bye!');
    expect(say(' ')).toBe('core closed the connection.');
  });
});

describe('isTransient', () => {
  it('does not run a program again whose own login failed', () => {
    const ended = (said: string, exitCode = 255) =>
      isTransient({ code: 'commandEnded', command: 'ssh -W %h:%p gate', exitCode, said });
    expect(ended('ssh: connect to host gate port 22: Connection timed out')).toBe(true);
    expect(ended('ana@gate: Permission denied (publickey,password).')).toBe(false);
    expect(ended('Host key verification failed.')).toBe(false);
    expect(ended('Received disconnect: Too many authentication failures')).toBe(false);
    expect(ended('FATAL ERROR: Wrong password')).toBe(false);
    expect(ended('Never share your password with anyone. Connection reset by peer')).toBe(true);
    expect(ended('Permission denied', 0)).toBe(true);
  });

  it('never retries what only a person can mend', () => {
    const retried = new Set(ALL_TUNNEL_ERRORS.filter(isTransient).map(({ code }) => code));
    expect([...retried].sort()).toEqual([
      'commandEnded',
      'connectTimedOut',
      'connectionLost',
      'connectionRefused',
      'engineRestarted',
      'handshakeTimedOut',
      'hostNotFound',
      'jumpFailed',
      'loginTimedOut',
      'networkUnreachable',
      'proxyRefused',
      'proxyUnreachable',
      'serverClosed',
      'serverSilent',
    ]);
  });
});
