import { describe, expect, it } from 'vitest';
import type { HopClient } from '#shared/hop-client.ts';
import { nextHopClients, openHops } from './hop-clients.ts';

const seen: HopClient = { kind: 'seen', client: { host: '10.0.0.9', port: 6_001 } };
const unknown: HopClient = { kind: 'unknown' };

describe('who is behind a second hop', () => {
  it('stays known once it was, when the server’s socket is in no list any more', () => {
    const before = new Map([['a', seen]]);
    expect(nextHopClients(before, new Map([['a', unknown]]))).toBe(before);
    expect(nextHopClients(new Map([['a', unknown]]), before)).toEqual(before);
  });

  it('is forgotten with its connection', () => {
    expect(nextHopClients(new Map([['a', seen]]), new Map([['b', unknown]]))).toEqual(
      new Map([['b', unknown]]),
    );
  });

  it('keeps its objects while nothing changes', () => {
    const among: HopClient = { kind: 'among', clients: 2, host: null };
    const before = new Map([['a', among]]);
    expect(nextHopClients(before, new Map([['a', { ...among }]]))).toBe(before);
    expect(nextHopClients(before, new Map([['a', { ...among, clients: 3 }]])).get('a')).toMatchObject({
      clients: 3,
    });
  });
});

it('is asked for only where a hop is open to a forward that listens', () => {
  const bound = { host: 'localhost', port: 42_000 };
  const forward = { id: 'f', target: { status: 'unknown' } } as const;
  const listening = { status: 'listening', bound: [bound] } as const;
  const secondHop = { status: 'open', bound: { host: '*', port: 43_000 }, since: 1 } as const;
  const hops = (part: object) => openHops([{ ...forward, state: { ...listening, bound: [bound] }, ...part }]);
  expect(hops({ secondHop })).toEqual(new Map([['f', { port: 43_000, entrance: 42_000 }]]));
  expect(hops({}).size).toBe(0);
  expect(hops({ secondHop: { status: 'digging' } }).size).toBe(0);
  expect(hops({ secondHop, state: { status: 'opening' } }).size).toBe(0);
});
