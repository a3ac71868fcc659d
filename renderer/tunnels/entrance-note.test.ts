import { describe, expect, it } from 'vitest';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import type { Forward } from '#shared/profile.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import { addressToCopy } from './copy-address.ts';
import { forwardPath } from './forward-path.ts';

const remote = (address: string): Forward => ({
  id: 'f',
  name: '',
  kind: 'remote',
  enabled: true,
  bind: { address, port: 8080 },
  target: { host: 'localhost', port: 80 },
});

const seenAt = (host: string, change: Partial<EntranceSight>): ForwardState => ({
  status: 'listening',
  bound: [{ host: '*', port: 8080 }],
  seen: {
    at: 1,
    endpoints: [{ host, port: 8080 }],
    reach: { kind: 'thisComputer' },
    verdict: 'asAsked',
    ...change,
  },
});

const entrance = (forward: Forward, state: ForwardState) =>
  forwardPath(forward, 'core', state).places.find(({ isEntrance }) => isEntrance);

describe('the entrance on the picture', () => {
  it('says who can really enter, and where, when the server made less of it', () => {
    const state = seenAt('127.0.0.1', { verdict: 'loopbackOnly' });
    expect(entrance(remote('*'), state)).toMatchObject({
      title: '127.0.0.1:8080',
      note: 'for programs on core only',
    });
    const snapshot = { id: 'f', state, target: { status: 'unknown' } } as const;
    expect(addressToCopy(remote('*'), 'core', snapshot)).toBe('localhost:8080');
  });

  it('is copied as what is its own where another program shares its port', () => {
    const others = [{ address: '127.0.0.1', family: 'IPv4' as const, program: null, user: 'root' }];
    for (const verdict of ['asAsked', 'loopbackOnly'] as const) {
      const snapshot = {
        id: 'f',
        state: seenAt('::1', { verdict, others }),
        target: { status: 'unknown' },
      } as const;
      expect(addressToCopy(remote('localhost'), 'core', snapshot)).toBe('[::1]:8080');
    }
  });

  it('says so when the server made more of it', () => {
    const state = seenAt('::', { verdict: 'exposed', reach: { kind: 'everyone' } });
    expect(entrance(remote('localhost'), state)).toMatchObject({
      title: '[::]:8080',
      note: 'for anyone who can reach core',
    });
  });

  it('names the network of one that is as asked', () => {
    const networks = ['192.168.1.0/24'];
    const state = seenAt('192.168.1.7', { reach: { kind: 'network', networks } });
    expect(entrance(remote('192.168.1.7'), state)).toMatchObject({
      title: '192.168.1.7:8080',
      note: 'for anyone on 192.168.1.0/24, and others routed to it',
    });
  });

  it('names those who are let in, where others are turned away', () => {
    const allowFrom = ['10.99.7.2'];
    const state = seenAt('*', { reach: { kind: 'everyone' } });
    expect(entrance({ ...remote('*'), allowFrom }, state)?.note).toBe('for 10.99.7.2 only');
    const local: Forward = {
      ...remote('*'),
      kind: 'local',
      target: { host: 'imap', port: 143 },
      allowFrom,
    };
    expect(entrance(local, state)?.note).toBe('for this computer and 10.99.7.2');
    // Sources of a forward that is for this computer alone are not looked at, whatever the server made of it.
    expect(entrance({ ...remote('localhost'), allowFrom }, state)?.note).toBe(
      'for anyone who can reach core',
    );
  });

  it('admits that nobody can tell', () => {
    const state: ForwardState = {
      status: 'listening',
      bound: [{ host: '*', port: 8080 }],
      seen: null,
      unseen: 'noCommands',
    };
    expect(entrance(remote('*'), state)?.note).toBe('asked for others too; who can really enter is unknown');
  });

  it('says why Culvert cannot look where the second hop has the only session', () => {
    const state: ForwardState = {
      status: 'listening',
      bound: [{ host: '*', port: 8080 }],
      seen: null,
      unseen: 'hopHasSession',
    };
    expect(entrance(remote('*'), state)?.note).toMatch(
      /^asked for others too; who can really enter is unknown: \S+ allows no further command beside the second hop, so Culvert cannot look$/,
    );
  });
});
