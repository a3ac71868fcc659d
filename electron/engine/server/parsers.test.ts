import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '#shared/endpoint.ts';
import { parseIp } from '#shared/listener-address.ts';
import { describeReach, reachInWords } from '#shared/listener-reach.ts';
import { parseBsdNetstatSockets } from '../listeners/bsd-netstat.ts';
import type { BareSocket } from '../listeners/found-socket.ts';
import { parseProcNetSockets } from '../listeners/proc-net-tcp.ts';
import { byteOrderOf } from './byte-order.ts';
import { readServerFixture as read } from './fixtures/read-fixture.ts';
import { parseInterfaceAddresses } from './interface-addresses.ts';
import { parseLinuxNetstat } from './linux-netstat.ts';
import { parseSs } from './ss.ts';

/** `tcp 127.0.0.1:22`, and for a connection `tcp 10.0.0.1:22 < 10.0.0.2:4711`. */
function short({ protocol, address, port, peer }: BareSocket): string {
  const local = `${protocol} ${formatEndpoint({ host: address, port })}`;
  return peer === null ? local : `${local} < ${formatEndpoint(peer)}`;
}

const ss = () => parseSs(`${read('linux-ss-listening.txt')}${read('linux-ss-established.txt')}`);

describe('the tools of Linux', () => {
  it('tell of a socket once that the kernel’s table had twice while it was read', () => {
    const once = read('busybox-netstat.txt');
    expect(parseLinuxNetstat(`${once}\n${once}`)).toEqual(parseLinuxNetstat(once));
  });

  it.each([
    ['ss', ss],
    ['netstat', () => parseLinuxNetstat(read('linux-netstat.txt'))],
    ['netstat of BusyBox', () => parseLinuxNetstat(read('busybox-netstat.txt'))],
    ['/proc/net/tcp', () => parseProcNetSockets(read('linux-proc-net-tcp.txt'), 'LE')],
  ])('all tell of the same sockets: %s', (_name, parse) => {
    expect(new Set(parse().map(short))).toEqual(
      new Set([
        'tcp 127.0.0.1:42424',
        'tcp6 [::1]:42425',
        'tcp 0.0.0.0:8080',
        'tcp6 [::]:65535',
        'tcp 192.168.1.77:143',
        'tcp6 [fd00:1111:2222:3333:4444:5555:6666:7777]:42430',
        'tcp6 [::ffff:127.0.0.1]:42428',
        'tcp 127.0.0.1:42424 < 127.0.0.1:37098',
        'tcp 127.0.0.1:37098 < 127.0.0.1:42424',
        'tcp 127.0.0.1:48716 < 127.0.0.1:65535',
        'tcp6 [::ffff:127.0.0.1]:65535 < [::ffff:127.0.0.1]:48716',
        'tcp6 [::1]:65535 < [::1]:37082',
        'tcp6 [::1]:37082 < [::1]:65535',
      ]),
    );
  });

  it('name owners and processes where they are asked to', () => {
    for (const sockets of [ss(), parseLinuxNetstat(read('linux-netstat.txt'))]) {
      const holders = new Map(sockets.map((socket) => [short(socket), socket]));
      const process = { name: 'node', pid: expect.any(Number) };
      expect(holders.get('tcp 127.0.0.1:42424')).toMatchObject({ process, owner: { uid: 0 } });
      expect(holders.get('tcp 127.0.0.1:37098 < 127.0.0.1:42424')).toMatchObject({
        process,
        owner: { uid: 1000 },
      });
    }
    expect(parseLinuxNetstat(read('busybox-netstat.txt')).every(({ owner }) => owner === null)).toBe(true);
  });
});

describe('ss', () => {
  it('reads the stars and colons of iproute2 before 4.11', () => {
    expect(parseSs(read('ubuntu-1404-ss.txt')).map(short)).toEqual([
      'tcp 0.0.0.0:111',
      'tcp 0.0.0.0:22',
      'tcp 0.0.0.0:39210',
      'tcp 10.0.2.15:22 < 10.0.2.2:1060',
      'tcp6 [::]:111',
      'tcp6 [::]:22',
    ]);
    expect(parseSs(read('ubuntu-1404-ss.txt'))[3]?.process).toEqual({ name: 'sshd', pid: 1864 });
  });

  it('reads them with the newer words for a process, the lowest of several', () => {
    const sockets = parseSs(read('linux-ss-2018.txt'));
    expect(sockets.map(short)).toEqual([
      'tcp 0.0.0.0:3142',
      'tcp 0.0.0.0:873',
      'tcp 0.0.0.0:8181',
      'tcp 0.0.0.0:22',
      'tcp6 [::]:873',
      'tcp6 [::]:9418',
      'tcp6 [::]:22',
    ]);
    expect(sockets[2]?.process).toEqual({ name: 'nginx', pid: 2009 });
  });

  it('reads sockets that are tied to an interface', () => {
    const text =
      'LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:*\nLISTEN 0 5 [fe80::1]%eth0:22 [::]:* users:(("a b",pid=7,fd=3)) uid:5 ino:9 sk:1\n';
    expect(parseSs(text)).toMatchObject([
      { address: '127.0.0.53', port: 53, owner: null },
      { address: 'fe80::1%eth0', process: { name: 'a b', pid: 7 }, owner: { uid: 5 } },
    ]);
  });
});

describe('netstat of the BSDs', () => {
  it('gives listeners and connections of FreeBSD, and nothing else', () => {
    expect(parseBsdNetstatSockets(read('freebsd-netstat.txt')).map(short)).toEqual([
      'tcp 127.0.0.1:6012',
      'tcp6 [::1]:6012',
      'tcp 192.168.1.33:22 < 192.168.1.10:41487',
      'tcp 192.168.1.33:22 < 192.168.1.10:61223',
      'tcp 127.0.0.1:25',
      'tcp 0.0.0.0:22',
      'tcp6 [::]:22',
    ]);
  });

  it('gives those of OpenBSD, unless they are written as names', () => {
    expect(parseBsdNetstatSockets(read('openbsd-netstat.txt')).map(short)).toEqual([
      'tcp 0.0.0.0:6000',
      'tcp 0.0.0.0:22',
      'tcp6 [::1]:53',
      'tcp6 [::]:6000',
      'tcp6 [::1]:587',
      'tcp6 [::1]:25',
      'tcp6 [::]:22',
    ]);
    expect(parseBsdNetstatSockets(read('openbsd-netstat-established.txt')).map(short)).toEqual([
      'tcp 10.0.0.101:4505 < 10.0.0.1:45329',
      'tcp 10.0.0.101:4505 < 10.0.0.100:50798',
    ]);
    const named = 'tcp          0      0  localhost.smtp         *.*                    LISTEN\n';
    expect(parseBsdNetstatSockets(named)).toEqual([]);
  });
});

describe('the byte order of a server', () => {
  const line = (local: string, peer: string) =>
    `   0: ${local} ${peer} 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20 4 30 10 -1\n`;
  const connection = '192.168.1.9 51200 192.168.1.1 22';

  it('shows in how our own session is written', () => {
    expect(byteOrderOf(line('0101A8C0:0016', '0901A8C0:C800'), connection)).toBe('LE');
    expect(byteOrderOf(line('C0A80101:0016', 'C0A80109:C800'), connection)).toBe('BE');
    const mapped = '0000000000000000FFFF0000';
    expect(
      byteOrderOf(
        line('00000000000000000000FFFFC0A80101:0016', '00000000000000000000FFFFC0A80109:C800'),
        connection,
      ),
    ).toBe('BE');
    expect(byteOrderOf(line(`${mapped}0101A8C0:0016`, `${mapped}0901A8C0:C800`), connection)).toBe('LE');
  });

  it('counts as the usual one where the session is not to be seen', () => {
    expect(byteOrderOf('', connection)).toBe('LE');
    expect(byteOrderOf(line('C0A80101:0016', 'C0A80109:C800'), '')).toBe('LE');
  });
});

describe('the addresses of a server', () => {
  const written = (name: string) =>
    parseInterfaceAddresses(read(name)).map(
      ({ interfaceName, address, prefixLength, isInternal }) =>
        `${interfaceName} ${address}/${prefixLength}${isInternal ? ' internal' : ''}`,
    );
  const linux = [
    'lan0 192.168.1.77/24',
    'lan0 fd00:1111:2222:3333:4444:5555:6666:7777/64',
    'lo 127.0.0.1/8 internal',
    'lo ::1/128 internal',
    'tun0 10.8.0.6/32',
  ];

  it.each(['linux-ip-addr.txt', 'linux-ifconfig.txt', 'busybox-ip-addr.txt', 'busybox-ifconfig.txt'])(
    'are the same from %s',
    (name) => {
      expect(written(name)).toEqual(expect.arrayContaining(linux));
      expect(
        written(name)
          .filter((text) => !linux.includes(text))
          .every((text) => text.includes(' fe80::')),
      ).toBe(true);
    },
  );

  it('are read from the BSDs, old and new', () => {
    expect(written('freebsd-ifconfig.txt')).toEqual([
      'bridge0 192.168.1.1/24',
      'vnet0:11 fe80::2b:bbff:fe64:3f0a/64',
      'lo0 ::1/128 internal',
      'lo0 fe80::1/64 internal',
      'lo0 127.0.0.1/8 internal',
    ]);
    expect(written('freebsd-ifconfig-cidr.txt')).toEqual([
      'vtnet0 198.51.100.13/32',
      'vtnet0 fe80::9400:2ff:feb1:4968/64',
      'lo0 127.0.0.1/8 internal',
      'lo0 ::1/128 internal',
    ]);
    expect(written('openbsd-ifconfig.txt')).toContain('vio0 192.168.122.81/24');
    expect(written('openbsd-ifconfig.txt')).toContain('gif0 2001:470:1f12:243::2/128');
  });

  it('say who can reach a listener there', () => {
    const addresses = parseInterfaceAddresses(read('linux-ip-addr.txt'));
    const words = (address: string) => reachInWords(describeReach(address, addresses), 'core');
    expect(words('127.0.0.1')).toBe('only programs on core');
    expect(words('192.168.1.77')).toBe('anyone on 192.168.1.0/24, and others routed to it');
    expect(words('0.0.0.0')).toBe('anyone who can reach core');
  });
});

/** Recorded texts with a piece cut out, doubled or overwritten: nearly right is harder than noise. */
function damaged(names: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.tuple(fc.nat(4000), fc.nat(60), fc.string({ unit: 'binary', maxLength: 12 }));
  return fc
    .tuple(fc.constantFrom(...names.map(read)), piece)
    .map(([text, [at, length, noise]]) => text.slice(0, at) + noise + text.slice(at + length));
}

describe.each([
  {
    name: 'ss',
    fixtures: [
      'linux-ss-listening.txt',
      'linux-ss-established.txt',
      'ubuntu-1404-ss.txt',
      'linux-ss-2018.txt',
    ],
    parse: parseSs,
  },
  {
    name: 'netstat of Linux',
    fixtures: ['linux-netstat.txt', 'busybox-netstat.txt'],
    parse: parseLinuxNetstat,
  },
  {
    name: 'netstat of the BSDs',
    fixtures: ['freebsd-netstat.txt', 'openbsd-netstat.txt', 'openbsd-netstat-established.txt'],
    parse: parseBsdNetstatSockets,
  },
  {
    name: '/proc/net/tcp',
    fixtures: ['linux-proc-net-tcp.txt'],
    parse: (text: string) => parseProcNetSockets(text, 'BE'),
  },
])('garbage instead of $name', ({ fixtures, parse }) => {
  it('never throws, and never yields what is no address or no port', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), damaged(fixtures)), (text) => {
        for (const { protocol, address, port, peer } of parse(text)) {
          const ends = peer === null ? [{ host: address, port }] : [{ host: address, port }, peer];
          for (const end of ends) {
            expect(parseIp(end.host)?.bytes.length).toBe(protocol === 'tcp' ? 4 : 16);
            expect(end.port).toBeGreaterThan(0);
            expect(end.port).toBeLessThan(65536);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('garbage instead of addresses', () => {
  it('never throws, and never yields a prefix that is too long', () => {
    const fixtures = [
      'linux-ip-addr.txt',
      'linux-ifconfig.txt',
      'busybox-ifconfig.txt',
      'freebsd-ifconfig.txt',
    ];
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), damaged(fixtures)), (text) => {
        for (const { address, prefixLength } of parseInterfaceAddresses(text)) {
          const bits = (parseIp(address)?.bytes.length ?? 0) * 8;
          expect(prefixLength).toBeLessThanOrEqual(bits);
        }
      }),
      { numRuns: 400 },
    );
  });
});
