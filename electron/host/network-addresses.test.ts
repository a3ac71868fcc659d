import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeNetwork } from './network-addresses.ts';

const address = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;

describe('describeNetwork', () => {
  it('is the same whatever the order', () => {
    const [a, b] = [address('10.0.0.2'), address('2001:db8::2')];
    expect(describeNetwork({ eth0: [a, b], lo: [address('127.0.0.1', true)] })).toBe(
      describeNetwork({ lo: [], eth0: [b, a] }),
    );
  });

  it('changes with an address or its interface', () => {
    const before = describeNetwork({ eth0: [address('10.0.0.2')] });
    expect(describeNetwork({ eth0: [address('10.0.0.3')] })).not.toBe(before);
    expect(describeNetwork({ wlan0: [address('10.0.0.2')] })).not.toBe(before);
    expect(describeNetwork({})).toBe('');
  });

  it('passes over loopback and link-local addresses', () => {
    expect(
      describeNetwork({ lo: [address('::1', true)], eth0: [address('fe80::1')], docker0: undefined }),
    ).toBe('');
  });
});
