import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEndpoint, formatHost, isHost, isIpv4, isIpv6, parseEndpoint, readHost } from './endpoint.ts';
import { formatIp } from './listener-address.ts';

const port = fc.integer({ min: 0, max: 65535 });
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc
    .array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 })
    .map((bytes) => formatIp({ bytes, zone: null })),
);
const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  ipv6,
  fc
    .tuple(ipv6, fc.constantFrom('eth0', 'en0', '5', 'br-lan.2'))
    .map(([address, zone]) => `${address}%${zone}`),
);

describe('parseEndpoint', () => {
  it.each([
    ['core:22', { host: 'core', port: 22 }],
    ['  core:22 ', { host: 'core', port: 22 }],
    ['22', { host: '', port: 22 }],
    [':22', { host: '', port: 22 }],
    ['0', { host: '', port: 0 }],
    ['core.example.org.:65535', { host: 'core.example.org.', port: 65535 }],
    ['10.0.0.1:80', { host: '10.0.0.1', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    ['bücher.example:443', { host: 'bücher.example', port: 443 }],
  ])('reads %j', (text, expected) => {
    expect(parseEndpoint(text)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    'core',
    'core:',
    'core:65536',
    'core:-1',
    'core:+1',
    'core:1.5',
    'core:0x10',
    'core:22:22',
    '::1',
    '::1:80',
    '[::1]',
    '[::1]80',
    '[::1:80',
    '::1]:80',
    '[]:80',
    '[core]:80',
    '[10.0.0.1]:80',
    '[::1%]:80',
    '[fe80::1%a b]:80',
    'a b:80',
    'core :80',
    '1.2.3:80',
    'user@core:22',
  ])('refuses %j', (text) => {
    expect(parseEndpoint(text)).toBeNull();
  });

  it('reads back whatever formatEndpoint writes', () => {
    fc.assert(
      fc.property(host, port, (name, number) => {
        const endpoint = { host: name, port: number };
        expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint);
      }),
    );
  });

  it('gives only hosts and ports that exist, whatever it is fed', () => {
    const likely = fc.string({ unit: fc.constantFrom(...'[]:.%-_0123456789abcdefzé ') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), likely), (text) => {
        const endpoint = parseEndpoint(text);
        if (endpoint === null) return;
        expect(endpoint.host === '' || isHost(endpoint.host)).toBe(true);
        expect(Number.isInteger(endpoint.port) && endpoint.port >= 0 && endpoint.port <= 65535).toBe(true);
        expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('readHost', () => {
  it.each([
    [' core ', 'core'],
    ['[::1]', '::1'],
    [' [fe80::1%eth0] ', 'fe80::1%eth0'],
    ['::1', '::1'],
    ['[core]', '[core]'],
    ['[::1]:22', '[::1]:22'],
    ['[]', '[]'],
    ['*', '*'],
    ['', ''],
  ])('reads %j as %j', (text, expected) => {
    expect(readHost(text)).toBe(expected);
  });

  it('reads back whatever formatHost writes', () => {
    fc.assert(
      fc.property(host, (name) => {
        expect(readHost(formatHost(name))).toBe(name);
      }),
    );
  });
});

describe('formatEndpoint', () => {
  it('puts brackets around IPv6 only', () => {
    expect(formatEndpoint({ host: '::1', port: 80 })).toBe('[::1]:80');
    expect(formatEndpoint({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
    expect(formatEndpoint({ host: 'core', port: 80 })).toBe('core:80');
    expect(formatEndpoint({ host: '*', port: 80 })).toBe('*:80');
  });
});

describe('addresses', () => {
  it.each(['0.0.0.0', '127.0.0.1', '255.255.255.255', '1.20.200.250'])('takes %s as IPv4', (text) => {
    expect(isIpv4(text)).toBe(true);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.04',
    '01.2.3.4',
    '1.2.3.',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1.2.3.+4',
  ])('does not take %j as IPv4', (text) => {
    expect(isIpv4(text)).toBe(false);
  });

  it.each([
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8',
    '::1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    'fe80::1%eth0',
    'FE80::A',
  ])('takes %s as IPv6', (text) => {
    expect(isIpv6(text)).toBe(true);
  });

  it.each([
    '',
    ':',
    ':::',
    '1::2::3',
    ':1::2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '1.2.3.4',
    '1.2.3.4::',
    '1:1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::1%',
    '::1%a%b',
    '::1%a]b',
    '::1%a b',
    "::1%'",
    '[::1]',
  ])('does not take %j as IPv6', (text) => {
    expect(isIpv6(text)).toBe(false);
  });
});

describe('isHost', () => {
  it.each([
    'core',
    'CORE',
    'a',
    'a.b',
    'a.b.',
    'my_host',
    'xn--bcher-kva.example',
    'bücher.example',
    'हिन्दी.example',
    '3com.example',
    '::1',
    '10.0.0.1',
    'a'.repeat(63),
  ])('takes %s', (text) => {
    expect(isHost(text)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a.-b',
    'a b',
    'a/b',
    'a:b',
    'a@b',
    'a\nb',
    'a\u200db',
    'a\u202eb',
    '*',
    '123',
    '1.2.3',
    '256.1.1.1',
    '1.2.3.04',
    'a'.repeat(64),
    `${'a.'.repeat(127)}`,
    '-oProxyCommand=x',
  ])('refuses %j', (text) => {
    expect(isHost(text)).toBe(false);
  });
});
