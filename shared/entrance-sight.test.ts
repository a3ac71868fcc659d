import { describe, expect, it } from 'vitest';
import { joinReaches, judgeEntrance } from './entrance-sight.ts';

describe('an entrance', () => {
  it.each<[string, readonly string[], string]>([
    ['localhost', ['127.0.0.1', '::1'], 'asAsked'],
    ['', ['127.0.0.1'], 'asAsked'],
    ['localhost', ['0.0.0.0', '::'], 'exposed'],
    ['localhost', ['127.0.0.1', '192.168.1.7'], 'exposed'],
    ['*', ['127.0.0.1', '::1'], 'loopbackOnly'],
    ['0.0.0.0', ['127.0.0.1'], 'loopbackOnly'],
    ['*', ['0.0.0.0', '::'], 'asAsked'],
    ['*', ['0.0.0.0', '::1'], 'asAsked'],
    ['192.168.1.7', ['127.0.0.1'], 'loopbackOnly'],
    ['192.168.1.7', ['192.168.1.7'], 'asAsked'],
    ['192.168.1.7', ['::ffff:192.168.1.7'], 'asAsked'],
    ['192.168.1.7', ['0.0.0.0'], 'exposed'],
    ['core.example.org', ['127.0.0.1'], 'loopbackOnly'],
    ['core.example.org', ['192.168.1.7'], 'asAsked'],
    ['core.example.org', ['::'], 'exposed'],
  ])('asked for at %j and seen at %j is %s', (asked, bound, verdict) => {
    expect(judgeEntrance(asked, bound)).toBe(verdict);
  });

  it('of several sockets is reached by everyone who reaches one of them', () => {
    const network = (name: string) => ({ kind: 'network' as const, networks: [name] });
    expect(joinReaches([{ kind: 'thisComputer' }, { kind: 'thisComputer' }])).toEqual({
      kind: 'thisComputer',
    });
    expect(joinReaches([network('10.0.0.0/8'), { kind: 'thisComputer' }, network('10.0.0.0/8')])).toEqual(
      network('10.0.0.0/8'),
    );
    expect(joinReaches([network('10.0.0.0/8'), { kind: 'everyone' }])).toEqual({ kind: 'everyone' });
  });
});
