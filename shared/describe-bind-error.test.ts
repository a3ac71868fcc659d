import { describe, expect, it } from 'vitest';
import { describeBindError, holderAge, holderName } from './describe-bind-error.ts';
import type { PortHolder } from './port-holder.ts';
import type { TunnelError } from './tunnel-error.ts';
import { PORT_HOLDERS } from './tunnel-error-samples.ts';

const nginx: PortHolder = { kind: 'program', name: 'nginx', pid: 812, since: 0, address: '127.0.0.1' };
const taken = (host: string, holder: PortHolder | null) =>
  describeBindError({ code: 'portInUse', endpoint: { host, port: 8080 }, holder }).what;

describe('a port that is taken', () => {
  it.each<[PortHolder | null, string]>([
    [nginx, 'by nginx (pid 812).'],
    [{ kind: 'otherCulvert', pid: 9, since: null, address: '127.0.0.1' }, 'by another Culvert (pid 9).'],
    [{ kind: 'unseen', user: 'postgres', address: '127.0.0.1' }, 'by a program of user postgres.'],
    [{ kind: 'unseen', user: null, address: '127.0.0.1' }, 'by another program.'],
    [
      { kind: 'ourTunnel', tunnelId: 'a', tunnelName: 'Mail', forwardId: 'b', address: '127.0.0.1' },
      'by your own tunnel “Mail”.',
    ],
    [{ kind: 'practiceServer', address: '127.0.0.1' }, 'by the practice server.'],
  ])('says by whom: %j', (holder, words) => {
    expect(taken('127.0.0.1', holder)).toBe(`Port 8080 on this computer is taken ${words}`);
  });

  it('says so when nobody is seen', () => {
    expect(taken('127.0.0.1', null)).toBe(
      'Port 8080 on this computer is taken, but no program can be seen that listens there.',
    );
  });

  it.each([
    ['127.0.0.1', '0.0.0.0', 'nginx (pid 812), which listens on all addresses.'],
    ['*', '192.168.1.5', 'nginx (pid 812), which listens on 192.168.1.5.'],
    ['*', '::', 'nginx (pid 812).'],
  ])('says where, if that explains why %s and %s meet', (wanted, address, words) => {
    expect(taken(wanted, { ...nginx, address })).toBe(`Port 8080 on this computer is taken by ${words}`);
  });

  it('says which of the two addresses of localhost it is, if it is the second', () => {
    expect(taken('::1', { ...nginx, address: '::1' })).toBe(
      'Port 8080 of ::1 on this computer is taken by nginx (pid 812).',
    );
  });
});

describe('the age of the program', () => {
  const error = (holder: PortHolder | null): TunnelError => ({
    code: 'portInUse',
    endpoint: { host: '127.0.0.1', port: 8080 },
    holder,
  });

  it('is told where it is known, and grows', () => {
    expect(holderAge(error(nginx), 3 * 3_600_000)).toBe('nginx started 3 h ago.');
    expect(holderAge(error(nginx), 3 * 3_600_000 + 60_000)).toBe('nginx started 3 h 1 min ago.');
    expect(holderAge(error({ kind: 'otherCulvert', pid: 9, since: 0, address: '::1' }), 5000)).toBe(
      'It started 5 s ago.',
    );
  });

  it('is not told of anybody else', () => {
    for (const holder of [null, { ...nginx, since: null }, ...PORT_HOLDERS.slice(3)]) {
      expect(holderAge(error(holder), 1000)).toBeNull();
    }
    expect(holderAge({ code: 'engineRestarted' }, 1000)).toBeNull();
  });
});

describe('what cannot be bound for another reason', () => {
  const at = (port: number) => ({ endpoint: { host: 'localhost', port } });

  it('says from which port on everybody may bind', () => {
    const words = (port: number, freeFrom: number | null) =>
      Object.values(describeBindError({ code: 'portNeedsPrivilege', ...at(port), freeFrom })).join(' ');
    expect(words(143, 1024)).toContain('Choose a port of 1024 or above.');
    expect(words(143, 200)).toContain('Choose a port of 200 or above.');
    expect(words(143, null)).toContain('Choose a port of 1024 or above.');
    expect(words(8443, null)).toBe(
      'This computer does not let Culvert listen on port 8443. Choose another bind port, or ask its administrator.',
    );
  });

  it('says which ports Windows keeps', () => {
    const what = (port: number, first: number, last: number) =>
      describeBindError({ code: 'portReserved', ...at(port), range: { first, last } }).what;
    expect(what(50010, 50000, 50059)).toBe(
      'Windows keeps the ports 50000 to 50059 to itself, 50010 among them.',
    );
    expect(what(5357, 5357, 5357)).toBe('Windows keeps port 5357 to itself.');
  });

  it('says which addresses there are, as many as can be read', () => {
    const advice = (...addresses: string[]) =>
      describeBindError({ code: 'addressNotHere', endpoint: { host: '10.8.0.2', port: 1 }, addresses })
        .advice;
    const rest = 'Choose another bind address, or connect to that network: Culvert tries again then.';
    expect(advice()).toBe(rest);
    expect(advice('192.168.1.5')).toBe(`It has 192.168.1.5. ${rest}`);
    expect(advice('192.168.1.5', '10.0.0.3', '2001:db8::5')).toBe(
      `It has 192.168.1.5, 10.0.0.3 and 2001:db8::5. ${rest}`,
    );
    const long = '2001:db8:1111:2222:3333:4444:5555:6666';
    expect(advice('192.168.1.5', long, long, long)).toBe(`It has 192.168.1.5 and ${long}. ${rest}`);
  });
});

describe('the short name of a holder', () => {
  it('fits behind “taken by”', () => {
    expect(PORT_HOLDERS.map(holderName)).toEqual([
      'python3',
      'svchost.exe',
      'another Culvert',
      'a program of user postgres',
      'another program',
      '“Mail”',
      'the practice server',
    ]);
  });
});
