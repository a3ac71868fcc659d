import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIp } from '#shared/listener-address.ts';
import { formatAsNetstat } from '#shared/listener-text.ts';
import { parseBsdNetstat } from './bsd-netstat.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { parseLsof } from './lsof.ts';
import { parsePasswd } from './passwd.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import { parseTasklist } from './tasklist.ts';
import { parseWindowsNetstat } from './windows-netstat.ts';

const short = ({ protocol, address, port }: { protocol: string; address: string; port: number }) =>
  `${protocol} ${address} ${port}`;

const procTcp = readFixture('linux-proc-net-tcp.txt');
const procTcp6 = readFixture('linux-proc-net-tcp6.txt');

describe('/proc/net/tcp', () => {
  it('gives the table that netstat printed for the same sockets', () => {
    const holders = parseLsof(readFixture('linux-lsof-fields.txt'));
    const sockets = [procTcp, procTcp6].flatMap((text) => parseProcNetTcp(text, 'LE'));
    const rows = sockets.map((socket) => ({
      ...socket,
      process: holders.find((holder) => short(holder) === short(socket))?.process ?? null,
    }));
    expect(formatAsNetstat(rows)).toBe(readFixture('linux-netstat-wide.txt'));
  });

  it('reads the words of a big-endian machine in their own order', () => {
    const line =
      '   0: 7F000001:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0';
    expect(parseProcNetTcp(line, 'BE')).toEqual([
      { protocol: 'tcp', address: '127.0.0.1', port: 22, uid: 1000, inode: '77' },
    ]);
  });

  it('leaves out sockets that do not listen', () => {
    const line =
      '   0: 0100007F:0016 0100007F:C000 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20 4 30 10 -1';
    expect(parseProcNetTcp(line, 'LE')).toEqual([]);
  });
});

describe('lsof', () => {
  it('gives each socket of macOS once, zones unfolded', () => {
    const listeners = parseLsof(readFixture('macos-lsof-fields.txt'));
    expect(
      listeners.map((listener) => `${short(listener)} ${listener.process?.pid}/${listener.process?.name}`),
    ).toEqual([
      'tcp6 :: 22 1/launchd',
      'tcp 0.0.0.0 22 1/launchd',
      'tcp6 fe80::aede:48ff:fe00:1122%5 49159 77/remoted',
      'tcp6 :: 3283 528/ARDAgent',
      'tcp 0.0.0.0 15018 692/UniCRSLoc',
      'tcp 127.0.0.1 49315 724/Google',
      'tcp6 ::1 631 26008/cupsd',
      'tcp 127.0.0.1 631 26008/cupsd',
    ]);
    expect(listeners[3]?.owner).toEqual({ uid: 501, user: 'user' });
  });

  it('names the parent of a socket that children share, and unescapes names', () => {
    const socket = ['f7', 'tIPv4', 'd0xab', 'PTCP', 'n*:8080', 'TST=LISTEN'];
    const text = ['p20', 'cworker', ...socket, 'p10', 'cGoogle\\x20Chrome\\x20\\xc3\\xa9', ...socket].join(
      '\n',
    );
    expect(parseLsof(text).map(({ process }) => process)).toEqual([{ pid: 10, name: 'Google Chrome é' }]);
  });

  it('tells IPv4 inside IPv6 by the type', () => {
    expect(parseLsof(readFixture('linux-lsof-fields.txt')).map(short)).toContain(
      'tcp6 ::ffff:127.0.0.1 42428',
    );
  });
});

describe('netstat of macOS', () => {
  it('gives every listener but one whose address was cut', () => {
    expect(parseBsdNetstat(readFixture('macos-netstat.txt')).map(short)).toEqual([
      'tcp 127.0.0.1 631',
      'tcp6 ::1 631',
      'tcp 127.0.0.1 49315',
      'tcp 0.0.0.0 15018',
      'tcp6 :: 3283',
      'tcp6 :: 88',
      'tcp 0.0.0.0 22',
      'tcp6 :: 22',
    ]);
  });
});

describe('netstat of Windows', () => {
  it('gives the listeners with their process numbers', () => {
    const listeners = parseWindowsNetstat(readFixture('windows-netstat-english.txt'));
    expect(listeners.map((listener) => `${short(listener)} ${listener.pid}`)).toEqual([
      'tcp 0.0.0.0 80 7068',
      'tcp 0.0.0.0 135 776',
      'tcp 0.0.0.0 445 4',
      'tcp 0.0.0.0 1025 496',
      'tcp 127.0.0.1 5939 2712',
      'tcp 192.168.1.230 139 4',
    ]);
    const tcp6 = '  TCP    [::]:135               [::]:0                 LISTENING       776\r\n';
    expect(parseWindowsNetstat(tcp6)).toMatchObject([
      { protocol: 'tcp6', address: '::', port: 135, pid: 776 },
    ]);
  });

  it('does not depend on the language of Windows', () => {
    expect(parseWindowsNetstat(readFixture('windows-netstat-german.txt')).map(short)).toEqual([
      'tcp 0.0.0.0 135',
      'tcp 0.0.0.0 445',
      'tcp 127.0.0.1 5939',
    ]);
    expect(parseWindowsNetstat(readFixture('windows-netstat-code-page.txt'))).toMatchObject([
      { address: '0.0.0.0', port: 25, pid: 4552 },
    ]);
    const french = "  TCP    [fe80::1%12]:80        [::]:0                 À L'ÉCOUTE      9";
    expect(parseWindowsNetstat(french).map(short)).toEqual(['tcp6 fe80::1%12 80']);
  });
});

describe('names', () => {
  it('of processes come from tasklist, whatever follows in the line', () => {
    const text = `${readFixture('windows-tasklist.txt')}INFO: No tasks are running which match the specified criteria.\r\n`;
    expect([...parseTasklist(text)]).toEqual([
      [0, 'System Idle Process'],
      [4, 'System'],
      [776, 'svchost.exe'],
      [496, 'wininit.exe'],
      [2712, 'service.exe'],
      [7068, 'my,process.exe'],
    ]);
  });

  it('of users come from /etc/passwd, the first of two counting', () => {
    const text =
      '# a comment:x:5:\nroot:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:\n+::::::\nann:x:1000:1000::/:\n';
    expect([...parsePasswd(text)]).toEqual([
      [0, 'root'],
      [1000, 'ann'],
    ]);
  });
});

/** Recorded texts with a piece cut out, doubled or overwritten: nearly right is harder than noise. */
function damaged(names: readonly string[]): fc.Arbitrary<string> {
  const texts = names.map(readFixture);
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(2000), fc.nat(60), fc.string({ unit: 'binary', maxLength: 12 }))
    .map(([text, at, length, noise]) => text.slice(0, at) + noise + text.slice(at + length));
}

describe.each([
  {
    name: '/proc/net/tcp',
    fixtures: ['linux-proc-net-tcp.txt', 'linux-proc-net-tcp6.txt'],
    parse: (text: string) => parseProcNetTcp(text, 'LE'),
    writePort: (port: number) => port.toString(16).toUpperCase().padStart(4, '0'),
  },
  {
    name: 'lsof',
    fixtures: ['macos-lsof-fields.txt', 'linux-lsof-fields.txt'],
    parse: parseLsof,
    writePort: String,
  },
  { name: 'netstat of macOS', fixtures: ['macos-netstat.txt'], parse: parseBsdNetstat, writePort: String },
  {
    name: 'netstat of Windows',
    fixtures: ['windows-netstat-english.txt', 'windows-netstat-german.txt'],
    parse: parseWindowsNetstat,
    writePort: String,
  },
])('garbage instead of $name', ({ fixtures, parse, writePort }) => {
  it('never throws and never invents a row', () => {
    const garbage = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), damaged(fixtures));
    const most = Math.max(...fixtures.map((name) => parse(readFixture(name)).length));
    fc.assert(
      fc.property(garbage, (text) => {
        const rows = parse(text);
        expect(rows.length).toBeLessThanOrEqual(most + 1);
        for (const { address, port } of rows) {
          expect(parseIp(address)).not.toBeNull();
          expect(port).toBeGreaterThan(0);
          expect(port).toBeLessThan(65536);
          expect(text).toContain(writePort(port));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('garbage instead of names', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged(['windows-tasklist.txt'])), (text) => {
        for (const name of parseTasklist(text).values()) expect(text).toContain(name);
        for (const name of parsePasswd(text).values()) expect(text).toContain(name);
      }),
    );
  });
});
