import { describe, expect, it } from 'vitest';
import type { ForwardSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { countOpen, totalsInWords } from './totals.ts';

describe('the totals', () => {
  it('say what is open and what needs a hand', () => {
    const state = stateOf({ a: opened, b: opened, c: { status: 'stopping' }, d: needsUser });
    expect(totalsInWords(state)).toBe('2 open · 1 needs you');
    expect(countOpen(state)).toBe(2);
  });

  it('tell tunnels with forwards missing from those that are wholly open', () => {
    const state = stateOf({ a: opened, b: opened, c: opened, d: waiting }, 'b', 'd');
    expect(totalsInWords(state)).toBe('2 open · 1 partly open · 1 waiting');
    expect(totalsInWords(stateOf({ a: opened }, 'a'))).toBe('1 partly open');
    expect(countOpen(state)).toBe(3);
  });

  it('say that nothing is open', () => {
    expect(totalsInWords(stateOf({ a: { status: 'stopped' } }))).toBe('Nothing open');
  });

  it('leave out tunnels that belong to no profile, such as the check of a login', () => {
    expect(totalsInWords({ ...stateOf({ a: opened }), order: [] })).toBe('Nothing open');
  });
});

const opened: TunnelState = { status: 'open', attempt: 1, since: 0 };
const needsUser: TunnelState = {
  status: 'needsUser',
  attempt: 1,
  prompt: { kind: 'password', id: 'p', host: 'h', port: 22, user: 'u', attempt: 1 },
  sessionLives: true,
};

const waiting: TunnelState = {
  status: 'waiting',
  attempt: 1,
  retryAt: 0,
  error: { code: 'connectionLost', host: 'h', port: 22 },
};
const refused: ForwardSnapshot = {
  id: 'f',
  state: {
    status: 'refused',
    error: { code: 'portInUse', endpoint: { host: 'localhost', port: 42424 }, holder: null },
  },
  target: { status: 'unknown' },
};

/** Those that are named `partly` have a forward that was refused. */
function stateOf(states: Readonly<Record<string, TunnelState>>, ...partly: readonly string[]) {
  const entries = Object.entries(states);
  return {
    order: entries.map(([id]) => id),
    tunnels: Object.fromEntries(
      entries.map(([id, state]) => [
        id,
        { id, state, forwards: partly.includes(id) ? [refused] : [], lastError: null },
      ]),
    ),
  };
}
