import { describe, expect, it } from 'vitest';
import type { Forward } from '#shared/profile.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import { hopWords, whoCouldReach } from './exposure-question.ts';

const server = { user: 'andre', host: 'core', port: 22 };
const common = { id: 'f', name: '', enabled: true, target: { host: 'imap', port: 143 } };
const local: Forward = { ...common, kind: 'local', bind: { address: '*', port: 8080 } };

function remote(address: string, hasHop: boolean): Forward {
  const forward = { ...common, kind: 'remote', bind: { address, port: 42000 } } as const;
  const secondHop = { port: 43000, tool: 'socat', agreedFor: hopAgreedFor(server, forward) } as const;
  return hasHop ? { ...forward, secondHop } : forward;
}

const who = (sources: readonly string[] | null, forward: Forward = local) =>
  whoCouldReach({ forward, server, serverHost: 'core' }, sources);

describe('who could reach a forward', () => {
  it('are those who are named, while they are few', () => {
    expect(who(['10.0.0.1', 'fd00::/8'])).toBe('Only 10.0.0.1 or fd00::/8 could reach');
    expect(who(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])).toBe(
      'Only the 4 allowed sources could reach',
    );
  });

  it('are not only somebody where it is everybody', () => {
    expect(who(['::/0'])).toBe('Everybody with IPv6 could reach');
    expect(who(['0.0.0.0/0', '::/0'])).toBe('Everybody with IPv4 or everybody with IPv6 could reach');
    expect(who(['10.0.0.1', '::/0'])).toBe('Only 10.0.0.1 or everybody with IPv6 could reach');
  });

  it('cannot be told while what is typed cannot be read', () => {
    expect(who(null)).toBe('Whom you name could reach');
  });

  it('are not fewer than a second hop lets in, which listens on all addresses', () => {
    expect(who([], remote('10.0.0.2', true))).toBe('Anyone who can reach the server core could reach');
    expect(who([], remote('10.0.0.2', false))).toBe('Anyone who can reach 10.0.0.2 could reach');
  });
});

describe('the question about a forward with a second hop', () => {
  it('says that it is the hop that opens it, by which program and under which account', () => {
    expect(hopWords(remote('*', true), server, [])).toBe(
      'It is the second hop that opens it to others: socat, run there as andre, listens on *:43000 and leads to this forward.',
    );
  });

  it('says where the yes to the hop is void', () => {
    expect(hopWords(remote('*', true), { ...server, user: 'root' }, [])).toBe(
      'The second hop on port 43000 is not dug: you agreed to it for something else.',
    );
  });

  it('says that there is no hop while only some may enter, even while those cannot be read yet', () => {
    for (const sources of [['10.0.0.1'], null])
      expect(hopWords(remote('*', true), server, sources)).toContain('is not dug while only some may enter');
  });

  it('says nothing of hops where none was agreed to', () => {
    expect(hopWords(local, server, [])).toBeNull();
  });
});
