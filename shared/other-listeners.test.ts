import { describe, expect, it } from 'vitest';
import type { SystemListener } from './listener.ts';
import { familiesOf, otherListeners, otherWords } from './other-listeners.ts';

const tag = { tunnelId: 't', tunnelName: 'Mail', forwardId: 'f' };

const listener = (address: string, ours: SystemListener['ours'] = null, port = 80): SystemListener => ({
  protocol: address.includes(':') ? 'tcp6' : 'tcp',
  address,
  port,
  state: 'LISTEN',
  process: null,
  owner: { uid: 0, user: 'root' },
  reach: { kind: 'everyone' },
  ours,
});

/** Where others are in the way of an entrance that was asked for there and got these addresses. */
const inTheWay = (asked: string, got: readonly string[], others: readonly string[]) => {
  const ours = got.map((address) => listener(address, tag));
  const listeners = [...ours, ...others.map((address) => listener(address)), listener('0.0.0.0', null, 81)];
  return otherListeners({ listeners }, ours, asked).map(({ address }) => address);
};

describe('another program on the port of an entrance', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['localhost', ['::1'], ['127.0.0.1'], ['127.0.0.1']],
    ['localhost', ['127.0.0.1'], ['::1'], ['::1']],
    ['', ['::1'], ['0.0.0.0'], ['0.0.0.0']],
    ['*', ['::1'], ['127.0.0.1'], ['127.0.0.1']],
    ['*', ['::'], ['0.0.0.0'], ['0.0.0.0']],
    ['*', ['::'], ['127.0.0.1', '192.168.1.7'], ['127.0.0.1', '192.168.1.7']],
    ['*', ['127.0.0.1', '::1'], ['192.168.1.7'], ['192.168.1.7']],
    ['0.0.0.0', ['::1'], ['127.0.0.1'], ['127.0.0.1']],
    ['*', ['0.0.0.0', '::'], ['127.0.0.1'], ['127.0.0.1']],
  ])('asked for at %j and got at %j has in its way, of %j, %j', (asked, got, others, expected) => {
    expect(inTheWay(asked, got, others)).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['localhost', ['127.0.0.1', '::1'], []],
    ['localhost', ['127.0.0.1', '::1'], ['192.168.1.7']],
    ['127.0.0.1', ['127.0.0.1'], ['::1']],
    ['192.168.1.7', ['192.168.1.7'], ['127.0.0.1']],
    ['0.0.0.0', ['0.0.0.0'], ['::1']],
  ])('is not in the way of one asked for at %j and got at %j when it is at %j', (asked, got, others) => {
    expect(inTheWay(asked, got, others)).toEqual([]);
  });

  it('is named as far as the server tells', () => {
    const ours = [listener('::1', tag)];
    const nginx = {
      ...listener('127.0.0.1'),
      process: { name: 'nginx', pid: 9 },
      owner: { uid: 5, user: null },
    };
    const [named, hidden] = otherListeners(
      { listeners: [...ours, nginx, { ...listener('0.0.0.0'), owner: null }] },
      ours,
      'localhost',
    );
    expect(named && otherWords(named, 80)).toBe('nginx (pid 9) of user 5 at 127.0.0.1:80');
    expect(hidden && otherWords(hidden, 80)).toBe('a program at 0.0.0.0:80');
    expect(familiesOf(named && hidden ? [named, hidden] : [])).toBe('IPv4');
  });
});
