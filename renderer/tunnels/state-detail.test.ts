import { describe, expect, it } from 'vitest';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardState, TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { forwardWords, stateDetail, stateNote } from './state-detail.ts';

const refused: ForwardState = { status: 'refused', error: { code: 'engineRestarted' } };
const bound = [{ host: '127.0.0.1', port: 1 }];
const listening: ForwardState = {
  status: 'listening',
  bound,
  seen: { at: 0, endpoints: bound, reach: { kind: 'thisComputer' }, verdict: 'asAsked' },
};

describe('what stands behind the status word', () => {
  it('is how long the tunnel has been open', () => {
    expect(stateDetail(tunnelOf({ status: 'open', attempt: 1, since: 0 }), 60_000)).toBe('1 min');
  });

  it('says that forwards are missing', () => {
    const tunnel = tunnelOf({ status: 'open', attempt: 1, since: 0 }, listening, refused);
    expect(stateDetail(tunnel, 60_000)).toBe('1 of 2 listening · 1 min');
  });

  it('counts down to the next attempt and never below', () => {
    const waiting: TunnelState = {
      status: 'waiting',
      attempt: 2,
      retryAt: 4_500,
      error: { code: 'engineRestarted' },
    };
    expect(stateDetail(tunnelOf(waiting), 0)).toBe('tries again in 5 s');
    expect(stateDetail(tunnelOf(waiting), 9_000)).toBe('tries again now');
  });

  it('names the attempt from the second on', () => {
    expect(stateDetail(tunnelOf({ status: 'connecting', attempt: 1, phase: 'tcp' }), 0)).toBe('');
    expect(stateDetail(tunnelOf({ status: 'connecting', attempt: 3, phase: 'tcp' }), 0)).toBe('attempt 3');
  });

  it('leaves to a sentence of its own that a jump host waits for an answer, as a pill has no room for it', () => {
    const jump = { number: 1, count: 1, host: 'gate', port: 22 };
    const at = (waitsForAnswer: boolean) =>
      tunnelOf({ status: 'connecting', attempt: 1, phase: 'auth', jump: { ...jump, waitsForAnswer } });
    expect(stateDetail(at(true), 0)).toBe('jump host gate');
    expect(stateNote(at(true))).toBe('Waits for your answer to another tunnel.');
    expect(stateNote(at(false))).toBe(null);
  });

  it('says what it waits for when another tunnel tries the password that it needs', () => {
    expect(stateDetail(tunnelOf({ status: 'connecting', attempt: 1, phase: 'turn' }), 0)).toBe(
      'waits for the same password',
    );
  });
});

describe('the words of a forward', () => {
  it('do not call a held port listening while the tunnel is not open', () => {
    expect(forwardWords({ state: listening }, true, true, 0)).toBe('Listening');
    expect(forwardWords({ state: listening }, true, false, 0)).toBe('Port held, clients wait');
  });

  it('call one that waits for a yes closed, which nobody refused', () => {
    const endpoint = { host: '*', port: 8080 };
    const words = (error: TunnelError) =>
      forwardWords({ state: { status: 'refused', error } }, true, true, 0);
    expect(words({ code: 'exposureExpired', endpoint, at: 1 })).toBe('Closed');
    expect(words({ code: 'exposureNotConfirmed', endpoint })).toBe('Closed');
    expect(words({ code: 'portInUse', endpoint, holder: null })).toBe('Refused');
  });

  it('say that it is switched off, and nothing while its tunnel is stopped', () => {
    expect(forwardWords(undefined, false, false, 0)).toBe('Switched off');
    expect(forwardWords(undefined, true, false, 0)).toBe('');
  });
});

function tunnelOf(state: TunnelState, ...forwards: readonly ForwardState[]): TunnelSnapshot {
  return {
    id: 'a',
    state,
    forwards: forwards.map((each, i) => ({ id: String(i), state: each, target: { status: 'unknown' } })),
    lastError: null,
  };
}
