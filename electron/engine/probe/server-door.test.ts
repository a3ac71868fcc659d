import { describe, expect, it } from 'vitest';
import { chooseDoor } from './server-door.ts';

const anyone = () => true;
const only =
  (...addresses: readonly string[]) =>
  (address: string) =>
    addresses.includes(address);

describe('the door of the server’s own listener', () => {
  it.each<[string, string]>([
    ['*', 'localhost'],
    ['::', 'localhost'],
    ['0.0.0.0', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['192.0.2.5', '192.0.2.5'],
  ])('of one at %s is %s', (host, door) => {
    expect(chooseDoor({ host, port: 80 }, anyone)).toEqual({ kind: 'door', door: { host: door, port: 80 } });
  });

  it.each<[string, string, string]>([
    ['*', '127.0.0.1', '127.0.0.1'],
    ['*', '::1', '::1'],
    ['192.0.2.5', '192.0.2.5', '192.0.2.5'],
  ])('of one at %s that lets in %s alone is %s', (host, source, door) => {
    expect(chooseDoor({ host, port: 80 }, only(source))).toMatchObject({ door: { host: door } });
  });

  it.each<[string, string]>([
    ['*', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['192.0.2.5', '192.0.2.5'],
    ['core.example.net', 'core.example.net'],
  ])('of one at %s that lets in others alone is shut to %s', (host, from) => {
    expect(chooseDoor({ host, port: 80 }, only('203.0.113.9'))).toEqual({ kind: 'shutOut', from });
  });
});
