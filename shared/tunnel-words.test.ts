import { describe, expect, it } from 'vitest';
import type { ForwardSnapshot, ForwardState, TunnelSnapshot, TunnelStatus } from './tunnel-state.ts';
import { countListening, isRunning, missingForwards, statusWord, tunnelLine } from './tunnel-words.ts';

const error = { code: 'unexpected', detail: 'x' } as const;
const STATES = {
  off: { status: 'off' },
  opening: { status: 'opening' },
  listening: { status: 'listening', bound: [{ host: '::1', port: 1 }] },
  retrying: { status: 'retrying', retryAt: 0, error },
  refused: { status: 'refused', error },
} satisfies Record<string, ForwardState>;

function forwards(...names: (keyof typeof STATES)[]): ForwardSnapshot[] {
  return names.map((name, index) => ({
    id: String(index),
    state: STATES[name],
    target: { status: 'unknown' },
  }));
}

function open(...names: (keyof typeof STATES)[]): TunnelSnapshot {
  return {
    id: 'x',
    state: { status: 'open', attempt: 1, since: 0 },
    forwards: forwards(...names),
    lastError: null,
  };
}

const WORDS: Readonly<Record<TunnelStatus, string>> = {
  stopped: 'Stopped',
  connecting: 'Connecting',
  needsUser: 'Needs you',
  open: 'Open',
  waiting: 'Waiting',
  stopping: 'Stopping',
  failed: 'Failed',
};

describe('tunnel words', () => {
  it.each(Object.entries(WORDS))('calls %s %s', (status, word) => {
    expect(statusWord(status as TunnelStatus)).toBe(word);
  });

  it('lets a click stop whatever is not at rest', () => {
    const running = (Object.keys(WORDS) as TunnelStatus[]).filter(isRunning);
    expect(running).toEqual(['connecting', 'needsUser', 'open', 'waiting', 'stopping']);
  });

  it('counts the forwards that are switched on', () => {
    expect(
      countListening(forwards('listening', 'off', 'refused', 'retrying', 'opening', 'listening')),
    ).toEqual({
      listening: 2,
      wanted: 5,
    });
    expect(countListening([])).toEqual({ listening: 0, wanted: 0 });
  });

  it('says what an open tunnel lacks', () => {
    expect(missingForwards(open('listening', 'listening'))).toBeNull();
    expect(missingForwards(open('listening', 'off'))).toBeNull();
    expect(missingForwards(open('off'))).toBeNull();
    expect(missingForwards(open('listening', 'refused'))).toBe('1 of 2 listening');
    expect(missingForwards(open('opening'))).toBe('0 of 1 listening');
  });

  it('says nothing of forwards while the tunnel is not open', () => {
    const snapshot: TunnelSnapshot = { ...open('refused'), state: { status: 'stopping' } };
    expect(missingForwards(snapshot)).toBeNull();
  });

  it('writes a tray entry', () => {
    expect(tunnelLine('Mail', open('listening'))).toBe('Mail: Open');
    expect(tunnelLine('Mail', open('listening', 'refused'))).toBe('Mail: Open, 1 of 2 listening');
    const state: ForwardState = {
      ...STATES.listening,
      seen: { at: 0, endpoints: [{ host: '::', port: 1 }], reach: { kind: 'everyone' }, verdict: 'exposed' },
    };
    const exposed: ForwardSnapshot = { id: 'e', state, target: { status: 'unknown' } };
    const both = { ...open(), forwards: [exposed, ...forwards('refused')] };
    expect(tunnelLine('Mail', { ...both, forwards: [exposed] })).toBe('Mail: Open, open to more than asked');
    expect(tunnelLine('Mail', both)).toBe('Mail: Open, 1 of 2 listening, 1 of 2 open to more than asked');
    expect(tunnelLine('Mail', { ...open(), state: { status: 'stopped' } })).toBe('Mail: Stopped');
  });
});
