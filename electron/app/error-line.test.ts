import { describe, expect, it } from 'vitest';
import { describeError } from '#shared/describe-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { ALL_TUNNEL_ERRORS } from '#shared/tunnel-error-samples.ts';
import { errorLine } from './error-line.ts';

const CANARY = 'hunter2-CANARY';
const host = { host: 'core', port: 22 };
const target = { host: 'imap', port: 143 };

describe('an error in the log', () => {
  it.each([
    { code: 'commandEnded', command: `sshpass -p ${CANARY} ssh -W %h:%p gate`, exitCode: 5, said: CANARY },
    { code: 'commandUnusable', command: `PROXY_PASSWORD=${CANARY} foo`, detail: CANARY },
    { code: 'serverClosed', ...host, reason: `bad password ${CANARY}` },
    { code: 'accountExpired', ...host, user: 'ana', reason: CANARY },
    { code: 'noCommonAlgorithm', ...host, kind: 'cipher', legacyMayHelp: false, offered: [CANARY] },
    { code: 'jumpFailed', ...host, via: 'gate', detail: CANARY },
    { code: 'jumpNotPermitted', ...host, via: 'gate', detail: CANARY },
    { code: 'proxyRefused', ...host, target, detail: CANARY },
    { code: 'targetRefused', target, detail: CANARY },
    { code: 'targetNotAllowed', target, detail: CANARY },
    { code: 'secondHopFailed', ...host, reason: 'ended', detail: CANARY },
  ] as const satisfies readonly TunnelError[])('of $code holds nothing that others said', (error) => {
    // The window does show it, or the test would prove nothing.
    expect(JSON.stringify(describeError(error))).toContain(CANARY);
    expect(errorLine(error)).not.toContain(CANARY);
    expect(errorLine(error)).toMatch(/^\S.*[.!?]$/);
  });

  it('is else the sentence that the window shows', () => {
    const plain = ALL_TUNNEL_ERRORS.filter(({ code }) => /^(?:connectionRefused|hostKeyRevoked)$/.test(code));
    for (const error of plain) expect(errorLine(error)).toBe(describeError(error).what);
    expect(plain.length).toBeGreaterThan(1);
  });
});
