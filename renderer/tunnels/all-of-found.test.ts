import { expect, it } from 'vitest';
import type { ForwardState, TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { startable, stoppable } from './all-of-found.ts';

const taken: ForwardState = {
  status: 'refused',
  error: { code: 'portInUse', endpoint: { host: 'localhost', port: 42424 }, holder: null },
};
const opened: TunnelState = { status: 'open', attempt: 1, since: 0 };

const state = {
  tunnels: {
    open: tunnel('open', opened),
    partly: tunnel('partly', opened, taken),
    connecting: tunnel('connecting', { status: 'connecting', attempt: 1, phase: 'dns' }),
    stopping: tunnel('stopping', { status: 'stopping' }),
    stopped: tunnel('stopped', { status: 'stopped' }),
    other: tunnel('other', opened),
  },
};
const found = ['open', 'partly', 'connecting', 'stopping', 'stopped', 'never'];

it('starts, of those found, what does not run and what has forwards missing', () => {
  expect(startable(state, found)).toEqual(['partly', 'stopped', 'never']);
});

it('stops, of those found, what runs', () => {
  expect(stoppable(state, found)).toEqual(['open', 'partly', 'connecting']);
});

function tunnel(id: string, its: TunnelState, ...forwards: readonly ForwardState[]): TunnelSnapshot {
  return {
    id,
    state: its,
    forwards: forwards.map((each) => ({ id, state: each, target: { status: 'unknown' } })),
    lastError: null,
  };
}
