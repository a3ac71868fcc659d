import { describe, expect, it } from 'vitest';
import type { SystemListener } from '#shared/listener.ts';
import { findListenerInTheWay, nameHolder } from './find-holder.ts';

function listener(address: string, part: Partial<SystemListener> = {}): SystemListener {
  return {
    protocol: address.includes(':') ? 'tcp6' : 'tcp',
    address,
    port: 8080,
    state: 'LISTEN',
    process: { name: 'nginx', pid: 812 },
    owner: { uid: 33, user: 'www-data' },
    reach: { kind: 'everyone' },
    ours: null,
    ...part,
  };
}

const found = (wanted: string, ...addresses: readonly string[]) =>
  findListenerInTheWay(
    { host: wanted, port: 8080 },
    addresses.map((address) => listener(address)),
  )?.address ?? null;

describe('the listener in the way', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['127.0.0.1', '::'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::1', '::'],
    ['*', '192.168.1.5'],
    ['*', '::1'],
    ['*', '0.0.0.0'],
    ['::', '127.0.0.1'],
    ['0.0.0.0', '192.168.1.5'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8:0::1', '2001:db8::1'],
  ])('of %s can be at %s', (wanted, taken) => {
    expect(found(wanted, taken)).toBe(taken);
  });

  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['::1', '0.0.0.0'],
    ['0.0.0.0', '::1'],
    ['192.168.1.5', '192.168.1.6'],
  ])('of %s cannot be at %s', (wanted, taken) => {
    expect(found(wanted, taken)).toBeNull();
  });

  it('is the one at that very address, then one whose program is known', () => {
    expect(found('127.0.0.1', '0.0.0.0', '127.0.0.1')).toBe('127.0.0.1');
    const unseen = listener('0.0.0.0', { process: null });
    const named = listener('::');
    expect(findListenerInTheWay({ host: '127.0.0.1', port: 8080 }, [unseen, named])).toBe(named);
    expect(findListenerInTheWay({ host: '127.0.0.1', port: 8081 }, [unseen, named])).toBeNull();
  });
});

describe('who holds it', () => {
  const nobodyOurs = { listeners: [], practicePort: null };
  const name = (part: Partial<SystemListener>, ours: Parameters<typeof nameHolder>[1] = nobodyOurs) =>
    nameHolder(listener('127.0.0.1', part), ours, 'win32');

  it('is a program, whose name is made fit to show', async () => {
    expect(await name({ process: { name: 'a\u001b[31mb\u202ec\nd', pid: 812 } })).toEqual({
      kind: 'program',
      name: 'abc d',
      pid: 812,
      since: null,
      address: '127.0.0.1',
    });
    expect(await name({ process: { name: '\u0007', pid: 812 } })).toMatchObject({ name: '?' });
    const long = await name({ process: { name: 'x'.repeat(1000), pid: 812 } });
    expect(long.kind === 'program' && long.name.length).toBe(100);
  });

  it('is a process of a user that we may not look into', async () => {
    const unseen = { kind: 'unseen', address: '127.0.0.1' };
    expect(await name({ process: null })).toEqual({ ...unseen, user: 'www-data' });
    expect(await name({ process: null, owner: { uid: 12345, user: null } })).toEqual({
      ...unseen,
      user: '12345',
    });
    expect(await name({ process: null, owner: null })).toEqual({ ...unseen, user: null });
  });

  it('is our own tunnel or our practice server only where the socket is this process’s', async () => {
    const tag = { tunnelId: 'a', tunnelName: 'Mail', forwardId: 'b' };
    const listeners = [{ ...tag, address: '127.0.0.1', port: 8080 }];
    const mine = { name: 'node', pid: process.pid };
    expect(await name({ process: mine }, { listeners, practicePort: null })).toEqual({
      kind: 'ourTunnel',
      ...tag,
      address: '127.0.0.1',
    });
    expect(await name({ process: mine }, { listeners: [], practicePort: 8080 })).toEqual({
      kind: 'practiceServer',
      address: '127.0.0.1',
    });
    expect(await name({}, { listeners, practicePort: 8080 })).toMatchObject({ kind: 'program', pid: 812 });
  });

  it('is another Culvert by its name', async () => {
    for (const each of ['culvert', 'Culvert.exe', 'Culvert Helper']) {
      expect(await name({ process: { name: each, pid: 812 } })).toMatchObject({
        kind: 'otherCulvert',
        pid: 812,
      });
    }
    expect(await name({ process: { name: 'culvertine', pid: 812 } })).toMatchObject({ kind: 'program' });
  });
});
