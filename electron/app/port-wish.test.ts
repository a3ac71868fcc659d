import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Forward } from '#shared/profile.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { portWish } from './port-wish.ts';

function forward(
  port: number,
  part: { address?: string; enabled?: boolean; kind?: 'local' | 'remote' } = {},
) {
  const { address = 'localhost', enabled = true, kind = 'local' } = part;
  const rule: Forward = {
    id: randomUUID(),
    name: '',
    enabled,
    kind,
    bind: { address, port },
    target: { host: 'imap', port: 143 },
  };
  return rule;
}

describe('the wish for another port', () => {
  it('avoids what other profiles want that are switched on, and all of its own', () => {
    const own = forward(8080, { address: '127.0.0.1' });
    const profile = makeProfile({ forwards: [own, forward(8081, { enabled: false })] });
    const other = makeProfile({
      forwards: [
        forward(8080),
        forward(8082),
        forward(8083, { enabled: false }),
        forward(8084, { address: '127.0.0.2' }),
        forward(8085, { kind: 'remote' }),
        forward(8086, { address: '*' }),
      ],
    });
    const wish = portWish([profile, other], profile.id, own.id);
    expect(wish).toMatchObject({ address: '127.0.0.1', from: 8081 });
    expect([...(wish?.avoid ?? [])].sort()).toEqual([8080, 8081, 8082, 8086]);
  });

  it('begins at the same ending above 8000 for a privileged port', () => {
    const own = forward(143);
    const profile = makeProfile({ forwards: [own] });
    expect(portWish([profile], profile.id, own.id)?.from).toBe(8143);
  });

  it('is none for a forward that is gone, listens on the server, or has the last port', () => {
    const [remote, last] = [forward(8080, { kind: 'remote' }), forward(65535)];
    const profile = makeProfile({ forwards: [remote, last] });
    expect(portWish([profile], profile.id, remote.id)).toBeNull();
    expect(portWish([profile], profile.id, last.id)).toBeNull();
    expect(portWish([profile], profile.id, randomUUID())).toBeNull();
    expect(portWish([profile], randomUUID(), last.id)).toBeNull();
  });
});
