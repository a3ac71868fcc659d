import { describe, expect, it } from 'vitest';
import { findHopRival, hopRivalWords } from './hop-rival.ts';
import { type Profile, profileSchema } from './profile.ts';

const IDS = ['0a', '0b', '0c'].map((end) => `6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e${end}`);
const [first = '', second = '', third = ''] = IDS;

function profile(id: string, name: string, forwards: readonly object[], host = 'core'): Profile {
  return profileSchema.parse({
    id,
    name,
    server: { host, port: 22, user: 'andre' },
    login: { method: 'automatic' },
    forwards: forwards.map((forward) => ({
      kind: 'remote',
      target: { host: 'files', port: 548 },
      bind: { address: '*', port: 42000 },
      ...forward,
    })),
  });
}

const hop = (port: number, entrance = 42000) => ({
  port,
  tool: 'socat',
  agreedFor: `andre@core:22, *:${entrance} to files:548`,
});

describe('one of our own that wants the port of a second hop', () => {
  const files = profile(first, 'Files', [
    { id: first, secondHop: hop(43000) },
    { id: second, bind: { address: '*', port: 42001 }, secondHop: hop(43001, 42001) },
    {
      id: third,
      name: 'Off',
      enabled: false,
      secondHop: hop(43002, 42002),
      bind: { address: '*', port: 42002 },
    },
  ]);
  const own = { profile: files, forwardId: first };
  const words = (port: number, ...others: readonly Profile[]) => {
    const rival = findHopRival(port, own, [...others, files]);
    return rival && hopRivalWords(rival, first);
  };

  it('is another hop of the profile, or an entrance, its own too', () => {
    expect(words(43001)).toBe('The second hop of “*:42001 on the server to files:548” has this port.');
    expect(words(42001)).toBe('The forward “*:42001 on the server to files:548” listens on this port.');
    expect(words(42000)).toMatch(/^The forward “\*:42000 /);
  });

  it('is none that is the hop itself, is switched off, or is on another server', () => {
    expect(words(43000)).toBeUndefined();
    expect(words(43002)).toBeUndefined();
    const stale = profile(second, 'Old', [{ id: third, secondHop: hop(43003, 1) }]);
    expect(words(43003, stale)).toBeUndefined();
    const elsewhere = profile(second, 'Far', [{ id: third, secondHop: hop(43009) }], 'edge');
    expect(words(43009, elsewhere)).toBeUndefined();
    const there = profile(second, 'Behind', [{ id: third, secondHop: hop(43010) }]);
    expect(words(43010, there)).toBeDefined();
    expect(words(43010, { ...there, proxy: { kind: 'command', command: 'nc %h %p' } })).toBeUndefined();
  });

  it('is named with its tunnel where that is another one, and one’s own comes first', () => {
    const other = profile(second, 'Mail', [{ id: third, name: 'M', secondHop: hop(43001) }]);
    expect(words(43001, other)).toMatch(/^The second hop of “\*:42001/);
    const alone = profile(second, 'Mail', [{ id: third, name: 'M', secondHop: hop(43005) }]);
    expect(words(43005, alone)).toBe('The second hop of “M” of the tunnel “Mail” has this port.');
  });
});
