import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIps, formatIp, networkOf, parseIp, unmapIp } from './listener-address.ts';

const canonical = (text: string) => {
  const ip = parseIp(text);
  return ip && formatIp(ip);
};

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:7f00:1', '::ffff:127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['1::', '1::'],
  ])('writes %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each(['', '*', 'localhost', '1.2.3', '1.2.3.256', ':::', '1::2::3', 'fe80::aede:48ff:', '::1%a b'])(
    'refuses %j',
    (text) => {
      expect(parseIp(text)).toBeNull();
    },
  );

  it('agrees with the URL parser on every IPv6 address that is not IPv4 inside', () => {
    const byte = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (bytes) => {
        const text = formatIp({ bytes, zone: null });
        expect(parseIp(text)?.bytes).toEqual(bytes);
        if (!text.includes('.')) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });

  it('finds the network of an address', () => {
    const networks = [
      ['192.168.1.77', 24],
      ['10.9.8.7', 12],
      ['fd00::12:3456', 64],
      ['2001:db8:ffff::1', 33],
      ['fe80::1%eth0', 64],
    ] as const;
    expect(
      networks.map(([text, length]) => {
        const ip = parseIp(text);
        return ip && networkOf(ip, length);
      }),
    ).toEqual(['192.168.1.0/24', '10.0.0.0/12', 'fd00::/64', '2001:db8:8000::/33', 'fe80::%eth0/64']);
  });

  it('takes IPv4 out of IPv6 and sorts by family, then number', () => {
    const ips = ['::1', '127.0.0.1', '::ffff:9.9.9.9', '9.9.9.9', '::'].flatMap(
      (text) => parseIp(text) ?? [],
    );
    expect(ips.map((ip) => formatIp(unmapIp(ip)))).toEqual(['::1', '127.0.0.1', '9.9.9.9', '9.9.9.9', '::']);
    expect(ips.toSorted(compareIps).map(formatIp)).toEqual([
      '9.9.9.9',
      '127.0.0.1',
      '::',
      '::1',
      '::ffff:9.9.9.9',
    ]);
  });
});
