import { describe, expect, it } from 'vitest';
import type { Forward } from '#shared/profile.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';
import { addressToCopy, forwardToCopy } from './copy-address.ts';

describe('the address to copy', () => {
  it('is localhost and the port for an entrance of this computer', () => {
    expect(addressToCopy(local('localhost'), 'core', undefined)).toBe('localhost:42424');
    expect(addressToCopy(local(''), 'core', undefined)).toBe('localhost:42424');
    expect(addressToCopy(local('127.0.0.2'), 'core', undefined)).toBe('127.0.0.2:42424');
  });

  it('is something that a program can connect to where the entrance is on every address', () => {
    expect(addressToCopy(local('*'), 'core', undefined)).toBe('localhost:42424');
    expect(addressToCopy(remote('*', 8080), 'core', undefined)).toBe('core:8080');
  });

  it('is the chosen address where there is one, in brackets if it is IPv6', () => {
    expect(addressToCopy(local('192.168.1.5'), 'core', undefined)).toBe('192.168.1.5:42424');
    expect(addressToCopy(local('2001:db8::1'), 'core', undefined)).toBe('[2001:db8::1]:42424');
  });

  it('has the port that the server chose, once it did', () => {
    expect(addressToCopy(remote('*', 0), 'core', undefined)).toBeNull();
    expect(addressToCopy(remote('*', 0), 'core', listening(41234))).toBe('core:41234');
    expect(addressToCopy(remote('localhost', 0), 'core', listening(41234))).toBe('localhost:41234');
  });
});

describe('the forward that stands for the tunnel', () => {
  it('is the first that is switched on', () => {
    const off = { ...local('localhost'), enabled: false };
    const on = { ...local('localhost'), id: 'on' };
    expect(forwardToCopy({ forwards: [off, on] })?.id).toBe('on');
    expect(forwardToCopy({ forwards: [off] })).toBe(off);
  });
});

const base = { id: 'f', name: '', enabled: true, target: { host: 'imap', port: 143 } };

function local(address: string): Forward {
  return { ...base, kind: 'local', bind: { address, port: 42424 } };
}

function remote(address: string, port: number): Forward {
  return { ...base, kind: 'remote', bind: { address, port } };
}

function listening(port: number): ForwardSnapshot {
  return {
    id: 'f',
    state: { status: 'listening', bound: [{ host: 'localhost', port }] },
    target: { status: 'unknown' },
  };
}
