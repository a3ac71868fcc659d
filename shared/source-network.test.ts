// biome-ignore lint/style/noRestrictedImports: Node's own judgement is what ours is compared with.
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIp } from './listener-address.ts';
import { formatSource, isInNetworks, isNoWider, normalizeSource, parseSource } from './source-network.ts';

const inside = (address: string, network: string) => {
  const [ip, source] = [parseIp(address), parseSource(network)];
  if (!ip || !source) throw new Error(`${address} or ${network} cannot be read.`);
  return isInNetworks(ip, [source]);
};

describe('a source', () => {
  it.each([
    ['192.168.1.7', '192.168.1.7'],
    ['192.168.1.7/32', '192.168.1.7'],
    [' 192.168.1.5/24 ', '192.168.1.0/24'],
    ['10.255.255.255/9', '10.128.0.0/9'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::ffff:192.168.1.5/120', '192.168.1.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
  ])('is kept in one form: %j as %s', (text, kept) => {
    expect(normalizeSource(text)).toBe(kept);
    expect(normalizeSource(kept)).toBe(kept);
  });

  it.each([
    '',
    'localhost',
    '192.168.1',
    '192.168.1.0/33',
    '192.168.1.0/-1',
    '192.168.1.0/08',
    '192.168.1.0/',
    '192.168.1.0/24/24',
    '192.168.1.0/255.255.255.0',
    '::1/129',
    'fe80::1%eth0',
    '[::1]',
    '*',
  ])('is not %j', (text) => {
    expect(parseSource(text)).toBeNull();
    expect(normalizeSource(text)).toBe(text);
  });
});

describe('isInNetworks', () => {
  it('takes a mapped peer for the IPv4 that it is, and for no other', () => {
    expect(inside('::ffff:192.168.1.7', '192.168.1.0/24')).toBe(true);
    expect(inside('::ffff:192.168.2.7', '192.168.1.0/24')).toBe(false);
    expect(inside('::ffff:192.168.1.7', '::/0')).toBe(false);
    expect(inside('::192.168.1.7', '192.168.1.7')).toBe(false);
  });

  it('does not mind a zone', () => {
    expect(inside('fe80::1%eth0', 'fe80::/10')).toBe(true);
  });

  it('agrees with Node', () => {
    const ipv4 = fc.ipV4().filter((text) => parseIp(text) !== null);
    const ipv6 = fc.ipV6().filter((text) => parseIp(text) !== null);
    const near = (address: fc.Arbitrary<string>, bits: number, family: 'ipv4' | 'ipv6') =>
      fc
        .record({
          network: address,
          other: address,
          bits: fc.integer({ min: 0, max: bits }),
          same: fc.boolean(),
        })
        .map((each) => ({ ...each, family }));
    fc.assert(
      fc.property(fc.oneof(near(ipv4, 32, 'ipv4'), near(ipv6, 128, 'ipv6')), (each) => {
        const [network, other] = [parseIp(each.network), parseIp(each.other)];
        // Node gives mapped addresses a meaning of its own, tested above.
        fc.pre(network !== null && other !== null && !/^::ffff:/i.test(each.network + each.other));
        // A random neighbour is hardly ever inside: half of them share the first bits.
        const bytes = other.bytes.map((byte, i) => {
          const mask = (0xff00 >> Math.min(8, Math.max(0, each.bits - 8 * i))) & 0xff;
          return each.same ? ((network.bytes[i] ?? 0) & mask) | (byte & ~mask & 0xff) : byte;
        });
        const address = formatSource({ bytes, prefixLength: bytes.length * 8 });
        fc.pre(!address.startsWith('::ffff:'));
        const list = new BlockList();
        list.addSubnet(each.network, each.bits, each.family);
        const text = `${each.network}/${each.bits}`;
        expect([address, text, inside(address, text)]).toEqual([
          address,
          text,
          list.check(address, each.family),
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isNoWider', () => {
  it.each([
    [['10.1.0.0/16', '10.2.3.4'], ['10.0.0.0/8'], true],
    [['10.0.0.0/8'], ['10.0.0.0/8', '::1'], true],
    [['10.0.0.0/7'], ['10.0.0.0/8'], false],
    [['11.0.0.1'], ['10.0.0.0/8'], false],
    [['::1'], ['0.0.0.0/0'], false],
    [[], ['0.0.0.0/0', '::/0'], false],
    [['10.0.0.1'], [], true],
    [[], [], true],
  ])('%j than %j: %s', (sources, than, expected) => {
    expect(isNoWider(sources, than)).toBe(expected);
  });
});
