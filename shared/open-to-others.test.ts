import { describe, expect, it } from 'vitest';
import { isOpenToOthers } from './open-to-others.ts';
import type { ForwardSnapshot } from './tunnel-state.ts';

const forward = (kind: 'local' | 'remote', address: string) => ({ kind, bind: { address, port: 42000 } });

function listening(verdict?: 'asAsked' | 'loopbackOnly'): ForwardSnapshot['state'] {
  const endpoints = [{ host: '127.0.0.1', port: 42000 }];
  return {
    status: 'listening',
    bound: endpoints,
    ...(verdict && { seen: { at: 1, endpoints, reach: { kind: 'thisComputer' }, verdict } }),
  };
}

describe('an entrance', () => {
  it('is open to others only while it listens', () => {
    expect(isOpenToOthers(forward('local', '*'), { state: listening() })).toBe(true);
    expect(isOpenToOthers(forward('local', '*'), { state: { status: 'opening' } })).toBe(false);
    expect(isOpenToOthers(forward('local', '*'), undefined)).toBe(false);
  });

  it('is not open to others on loopback', () => {
    expect(isOpenToOthers(forward('local', 'localhost'), { state: listening() })).toBe(false);
  });

  it('on a server counts as open until it was seen to be kept back', () => {
    expect(isOpenToOthers(forward('remote', '*'), { state: listening() })).toBe(true);
    expect(isOpenToOthers(forward('remote', '*'), { state: listening('loopbackOnly') })).toBe(false);
  });

  it('that the server keeps back is open by a second hop', () => {
    const secondHop = { status: 'open', bound: { host: '*', port: 43000 }, since: 1 } as const;
    const state = listening('loopbackOnly');
    expect(isOpenToOthers(forward('remote', '*'), { state, secondHop })).toBe(true);
    expect(isOpenToOthers(forward('remote', '*'), { state, secondHop: { status: 'digging' } })).toBe(false);
  });
});
