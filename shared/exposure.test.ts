import { describe, expect, it } from 'vitest';
import { bindScope, isExposed } from './exposure.ts';

describe('bindScope', () => {
  it.each([
    '',
    ' ',
    'localhost',
    'LocalHost',
    ' localhost ',
    '127.0.0.1',
    '127.255.3.4',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ])('knows that %j can be reached from this computer only', (address) => {
    expect(bindScope(address)).toBe('loopback');
    expect(isExposed(address)).toBe(false);
  });

  it.each(['*', '0.0.0.0', '::', '0:0:0:0:0:0:0:0', '0000::', '::0', '::ffff:0.0.0.0'])(
    'knows that %j is every address',
    (address) => {
      expect(bindScope(address)).toBe('all');
      expect(isExposed(address)).toBe(true);
    },
  );

  it.each([
    '192.168.1.4',
    '2001:db8::1',
    'fe80::1%eth0',
    'core',
    'localhost.example',
    '128.0.0.1',
    '::2',
    '1::1',
    '27.0.0.1',
    '127.0.0.1.example',
  ])('takes %j for one address that others can reach', (address) => {
    expect(bindScope(address)).toBe('one');
    expect(isExposed(address)).toBe(true);
  });
});
