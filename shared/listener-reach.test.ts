import { describe, expect, it } from 'vitest';
import { describeReach, type LocalAddress, reachInWords } from './listener-reach.ts';

const at = (
  interfaceName: string,
  address: string,
  prefixLength: number,
  scopeId: number | null = null,
): LocalAddress => ({
  interfaceName,
  address,
  prefixLength,
  isInternal: interfaceName === 'lo',
  scopeId,
});

const localAddresses = [
  at('lo', '127.0.0.1', 8),
  at('lo', '::1', 128),
  at('lo', '10.99.0.1', 32),
  at('eth0', '192.168.1.77', 24),
  at('eth0', 'fd00::2', 64),
  at('eth0', 'fe80::aa', 64, 2),
  at('wlan0', 'fe80::aa', 64, 3),
  at('eth1', '203.0.113.5', 24),
  at('tun0', '10.8.0.6', 32),
];

const words = (address: string) => reachInWords(describeReach(address, localAddresses));

describe('who can reach a listener', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '10.99.0.1'])(
    'is only this computer on %s',
    (address) => {
      expect(words(address)).toBe('only this computer');
    },
  );

  it.each([
    ['192.168.1.77', 'anyone on 192.168.1.0/24, and others routed to it'],
    ['::ffff:192.168.1.77', 'anyone on 192.168.1.0/24, and others routed to it'],
    ['fd00:0:0:0::2', 'anyone on fd00::/64, and others routed to it'],
    ['fe80::aa%eth0', 'anyone on fe80::%eth0/64'],
    ['fe80::aa%3', 'anyone on fe80::%wlan0/64'],
    ['fe80::aa', 'anyone on fe80::%eth0/64 or fe80::%wlan0/64'],
  ])('is the neighbours on %s', (address, expected) => {
    expect(words(address)).toBe(expected);
  });

  it.each([
    ['0.0.0.0', 'every address'],
    ['::', 'every address'],
    ['::ffff:0.0.0.0', 'every IPv4 address'],
    ['203.0.113.5', 'an address that the internet routes'],
    ['10.8.0.6', 'one end of a point-to-point link, whose other end may route anybody'],
    ['192.168.7.7', 'an address that no interface has'],
    ['?', 'an address that cannot be read'],
  ])('is everyone on %s, %s', (address) => {
    expect(words(address)).toBe('anyone who can reach this computer');
  });
});
