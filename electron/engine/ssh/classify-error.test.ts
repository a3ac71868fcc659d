import { describe, expect, it } from 'vitest';
import { describeError } from '#shared/describe-error.ts';
import { tunnelErrorSchema } from '#shared/tunnel-error.ts';
import { classifySessionError, needsLookup, type SessionStage } from './classify-error.ts';

const server = { host: 'core', port: 22 };
const STAGES: readonly SessionStage[] = ['dial', 'greeting', 'handshake', 'auth', 'open'];

function failure(parts: {
  code?: string | number;
  level?: string;
  message?: string;
  errors?: readonly Error[];
}): Error {
  const { message = 'it failed', ...rest } = parts;
  return Object.assign(new Error(message), rest);
}

function classify(cause: unknown, stage: SessionStage, legacy = false) {
  return classifySessionError(cause, stage, server, legacy);
}

describe('the code of a system call', () => {
  it.each<[string, SessionStage, string]>([
    ['ENOTFOUND', 'dial', 'hostNotFound'],
    ['EAI_AGAIN', 'dial', 'hostNotFound'],
    ['EAI_FAIL', 'dial', 'hostNotFound'],
    ['EAI_NODATA', 'dial', 'hostNotFound'],
    ['EAI_NONAME', 'dial', 'hostNotFound'],
    ['ECONNREFUSED', 'dial', 'connectionRefused'],
    ['ETIMEDOUT', 'dial', 'connectTimedOut'],
    ['ETIMEDOUT', 'handshake', 'connectionLost'],
    ['ETIMEDOUT', 'open', 'connectionLost'],
    ['EHOSTUNREACH', 'dial', 'networkUnreachable'],
    ['ENETUNREACH', 'dial', 'networkUnreachable'],
    ['ENETDOWN', 'dial', 'networkUnreachable'],
    ['EHOSTDOWN', 'dial', 'networkUnreachable'],
    ['EADDRNOTAVAIL', 'dial', 'networkUnreachable'],
    ['EAFNOSUPPORT', 'dial', 'networkUnreachable'],
    ['EINVAL', 'dial', 'networkUnreachable'],
    ['EPERM', 'dial', 'networkUnreachable'],
    ['EACCES', 'dial', 'networkUnreachable'],
    ['EHOSTUNREACH', 'open', 'connectionLost'],
    ['ENETUNREACH', 'auth', 'connectionLost'],
    ['ENETRESET', 'open', 'connectionLost'],
    ['EINVAL', 'open', 'connectionLost'],
    ['ECONNRESET', 'dial', 'connectionLost'],
    ['ECONNRESET', 'greeting', 'connectionLost'],
    ['ECONNRESET', 'handshake', 'connectionLost'],
    ['ECONNRESET', 'auth', 'connectionLost'],
    ['ECONNRESET', 'open', 'connectionLost'],
    ['ECONNABORTED', 'open', 'connectionLost'],
    ['EPIPE', 'open', 'connectionLost'],
  ])('%s at the stage %s means %s', (code, stage, expected) => {
    expect(classify(failure({ code }), stage)).toMatchObject({ code: expected, ...server });
  });

  it('that nobody knows is no broken protocol while nobody has spoken', () => {
    expect(classify(failure({ code: 'EMFILE', message: 'connect EMFILE' }), 'dial')).toEqual({
      code: 'unexpected',
      detail: 'connect EMFILE',
    });
  });
});

describe('a server with several addresses', () => {
  it.each([
    [['ETIMEDOUT', 'ECONNREFUSED'], 'connectionRefused'],
    [['ECONNREFUSED', 'ENETUNREACH'], 'connectionRefused'],
    [['ENETUNREACH', 'ETIMEDOUT'], 'connectTimedOut'],
    [['ETIMEDOUT', 'ENETUNREACH'], 'connectTimedOut'],
    [['ENETUNREACH', 'EHOSTUNREACH'], 'networkUnreachable'],
  ])('that answer %j is %s', (codes, expected) => {
    const errors = codes.map((code) => failure({ code }));
    const aggregate = Object.assign(new AggregateError(errors), { code: codes[0] });
    expect(classify(aggregate, 'dial').code).toBe(expected);
  });

  it('without any error in the list is judged by its own code', () => {
    expect(classify(failure({ code: 'ECONNREFUSED', errors: [] }), 'dial').code).toBe('connectionRefused');
  });
});

describe('a close without an error', () => {
  it.each(STAGES)('at the stage %s is the server’s doing', (stage) => {
    const expected = { code: 'serverClosed', ...server, reason: null };
    expect(classify(null, stage)).toEqual(expected);
    expect(classify(undefined, stage)).toEqual(expected);
  });
});

describe('a disconnect message', () => {
  it('carries the server’s reason, made safe', () => {
    const cause = failure({ code: 11, message: 'bye\u001b[31m\nnow' });
    expect(classify(cause, 'open')).toEqual({ code: 'serverClosed', ...server, reason: 'bye now' });
  });

  it('may have no reason', () => {
    expect(classify(failure({ code: 11, message: '\u0007' }), 'open')).toMatchObject({ reason: null });
  });

  it('tells of too many logins, as OpenSSH says it and as the protocol does', () => {
    const openssh = failure({ code: 2, message: 'Too many authentication failures' });
    const other = failure({ code: 14, message: 'NO_MORE_AUTH_METHODS_AVAILABLE' });
    expect(classify(openssh, 'auth').code).toBe('tooManyLoginAttempts');
    expect(classify(other, 'auth').code).toBe('tooManyLoginAttempts');
  });

  it('tells of no login where there was none', () => {
    expect(classify(failure({ code: 14, message: 'x' }), 'open').code).toBe('serverClosed');
    expect(classify(failure({ code: 2, message: 'Too many packets' }), 'handshake').code).toBe(
      'serverClosed',
    );
    expect(classify(failure({ code: 2, message: 'Bad packet' }), 'auth').code).toBe('serverClosed');
  });
});

describe('a failed handshake', () => {
  it.each([
    ['Handshake failed: no matching key exchange algorithm', 'key exchange', true],
    ['Handshake failed: no matching host key format', 'host key', true],
    ['Handshake failed: no matching C->S cipher', 'cipher', false],
    ['Handshake failed: no matching S->C MAC', 'MAC', false],
    ['Handshake failed: no matching C->S compression', 'compression', false],
  ])('%j names what is missing', (message, kind, legacyMayHelp) => {
    const cause = failure({ level: 'handshake', message });
    expect(classify(cause, 'handshake')).toEqual({
      code: 'noCommonAlgorithm',
      ...server,
      kind,
      legacyMayHelp,
    });
    expect(classify(cause, 'handshake', true)).toMatchObject({ legacyMayHelp: false });
  });

  it('after the version line is a broken protocol', () => {
    const cause = failure({ level: 'handshake', message: 'Bad packet length\u001b[2J' });
    expect(classify(cause, 'handshake')).toEqual({
      code: 'protocolError',
      ...server,
      detail: 'Bad packet length',
    });
  });

  it('before the version line is no SSH server', () => {
    const cause = failure({ level: 'protocol', message: 'Invalid identification string' });
    expect(classify(cause, 'greeting')).toEqual({ code: 'notAnSshServer', ...server });
  });

  it('by a server that hung up before its version line is no verdict on it', () => {
    const cause = failure({ level: 'protocol', message: 'Connection lost before handshake' });
    expect(classify(cause, 'greeting')).toEqual({ code: 'serverClosed', ...server, reason: null });
  });
});

describe('an error without any code', () => {
  it.each(['auth', 'open'] as const)('at the stage %s is a broken protocol', (stage) => {
    expect(classify(new Error('Malformed packet'), stage)).toEqual({
      code: 'protocolError',
      ...server,
      detail: 'Malformed packet',
    });
  });

  it('of OpenSSL is one as well', () => {
    expect(classify(failure({ code: 'ERR_CRYPTO_INVALID_STATE' }), 'open').code).toBe('protocolError');
  });
});

it('gives a whole error with a whole sentence for any cause at any stage', () => {
  const causes = [
    null,
    new Error(''),
    failure({ code: 'EWHATEVER' }),
    failure({ code: 999, message: '' }),
    failure({ level: 'handshake', message: '' }),
    failure({ level: 'agent' }),
    new AggregateError([]),
    failure({ code: 'ETIMEDOUT', errors: [failure({})] }),
  ];
  for (const stage of STAGES) {
    for (const cause of causes) {
      const error = classify(cause, stage);
      expect(tunnelErrorSchema.safeParse(error).success).toBe(true);
      expect(describeError(error).what).toMatch(/[.!?]$/);
    }
  }
});

it.each([
  ['core', true],
  ['core.example.org', true],
  ['127.0.0.1', false],
  ['::1', false],
  ['fe80::1%eth0', false],
])('looks up %s: %s', (host, expected) => {
  expect(needsLookup(host)).toBe(expected);
});
