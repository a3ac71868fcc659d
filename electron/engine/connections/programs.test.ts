import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '#shared/result.ts';
import { readFixture } from '../listeners/fixtures/read-fixture.ts';
import { parseTasklist } from '../listeners/tasklist.ts';
import type { TcpEnds } from './find-programs.ts';
import { matchPrograms } from './held-programs.ts';
import { findKernelSockets } from './kernel-sockets.ts';
import { createLinuxPrograms } from './linux-programs.ts';
import { parseLsofConnections } from './lsof-connections.ts';
import { createMacosPrograms } from './macos-programs.ts';
import { createWindowsPrograms, parseWindowsConnections } from './windows-programs.ts';

const recorded = ['linux-proc-net-tcp-connections.txt', 'linux-proc-net-tcp6-connections.txt'].map(
  readFixture,
);

function ends(localHost: string, localPort: number, remoteHost: string, remotePort: number): TcpEnds {
  return {
    local: { host: localHost, port: localPort },
    remote: { host: remoteHost, port: remotePort },
  };
}

describe('/proc/net/tcp', () => {
  it('gives the socket of an end over IPv4, IPv6, and IPv4 in IPv6, half-closed or not', () => {
    const wanted = [
      ends('127.0.0.1', 50312, '127.0.0.1', 42424),
      ends('::1', 50313, '::1', 42424),
      ends('::ffff:127.0.0.1', 50314, '127.0.0.1', 42424),
      ends('127.0.0.1', 50315, '127.0.0.1', 42425),
      ends('127.0.0.1', 42424, '127.0.0.1', 50312),
      ends('127.0.0.1', 50399, '127.0.0.1', 42424),
    ];
    expect(findKernelSockets(recorded, wanted, 'LE').map((socket) => socket?.inode ?? null)).toEqual([
      '2612933',
      '2612935',
      '2612937',
      '2612940',
      '2612934',
      null,
    ]);
  });

  it('reads the words of a big-endian machine in their own order', () => {
    const line = '   0: 7F000001:C488 7F000001:A5B8 01 0:0 00:0 00000000  1000        0 77 1 0 20 4 30 10 -1';
    expect(findKernelSockets([line], [ends('127.0.0.1', 50312, '127.0.0.1', 42424)], 'BE')).toEqual([
      { uid: 1000, inode: '77' },
    ]);
  });

  it('gives no socket that nobody holds any more', () => {
    const line = '   0: 0100007F:C488 0100007F:A5B8 06 0:0 03:0 00000000     0        0 0 3 0';
    expect(findKernelSockets([line], [ends('127.0.0.1', 50312, '127.0.0.1', 42424)], 'LE')).toEqual([null]);
  });

  it('is read whatever stands in it', () => {
    const wanted = [ends('127.0.0.1', 50312, '127.0.0.1', 42424), ends('no address', 1, '::1', 2)];
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(findKernelSockets([text], wanted, 'LE')).toEqual([null, null]);
      }),
    );
  });
});

describe('on Linux', () => {
  it.runIf(process.platform === 'linux')('a program is found by a real connection', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    const client: Socket = connect(address.port, '127.0.0.1');
    await new Promise((resolve) => client.once('connect', resolve));
    const wanted = [
      ends('127.0.0.1', client.localPort ?? 0, '127.0.0.1', address.port),
      ends('127.0.0.1', 1, '127.0.0.1', address.port),
    ];
    try {
      expect(await createLinuxPrograms()(wanted, [])).toEqual([
        { kind: 'found', pid: process.pid, name: expect.stringMatching(/\w/) },
        { kind: 'unknown' },
      ]);
    } finally {
      client.destroy();
      server.close();
    }
  });

  it('the user is told whose program it is that we may not look into', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'culvert-proc-'));
    try {
      await mkdir(join(folder, 'net'));
      await mkdir(join(folder, '7', 'fd'), { recursive: true });
      await writeFile(join(folder, '7', 'comm'), 'evil\u001b[2J\u202e\n');
      await symlink('socket:[77]', join(folder, '7', 'fd', '3'));
      await symlink('socket:[88]', join(folder, '7', 'fd', '4'));
      const line = (port: string, uid: number, inode: number) =>
        `   0: 0100007F:${port} 0100007F:A5B8 01 0:0 00:0 00000000  ${uid}        0 ${inode} 1 0 20 4 30 10 -1`;
      await writeFile(
        join(folder, 'net', 'tcp'),
        [line('C488', 1000, 77), line('C489', 0, 88), line('C48A', 1234, 99)].join('\n'),
      );
      const passwdFile = join(folder, 'passwd');
      await writeFile(passwdFile, 'root:x:0:0:root:/root:/bin/sh\n');
      const find = createLinuxPrograms({ procDir: folder, passwdFile, uid: 1000 });
      const wanted = [50312, 50313, 50314].map((port) => ends('127.0.0.1', port, '127.0.0.1', 42424));
      expect(await find(wanted, [])).toEqual([
        { kind: 'found', pid: 7, name: 'evil' },
        { kind: 'notVisible', user: 'root' },
        { kind: 'notVisible', user: null },
      ]);
      // Nothing at all to read is no failure.
      await rm(join(folder, 'net'), { recursive: true });
      expect(await find(wanted.slice(0, 1), [])).toEqual([{ kind: 'unknown' }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('lsof', () => {
  it('gives both ends of each connection with the program that holds them', () => {
    const held = parseLsofConnections(readFixture('linux-lsof-connections.txt'));
    expect(held).toHaveLength(8);
    expect(held[2]).toEqual({ ...ends('::1', 50313, '::1', 42424), name: 'mail program', pid: 24433 });
  });

  it('is asked once for all, and what it does not know is not visible', async () => {
    const asked: string[] = [];
    const find = createMacosPrograms(async ({ file }) => {
      asked.push(file);
      return succeed(readFixture('linux-lsof-connections.txt'));
    });
    const wanted = [
      ends('127.0.0.1', 50314, '127.0.0.1', 42424),
      ends('127.0.0.1', 50399, '127.0.0.1', 42424),
    ];
    expect(await find(wanted, [])).toEqual([
      { kind: 'found', name: 'mail program', pid: 24433 },
      { kind: 'notVisible', user: null },
    ]);
    expect(asked).toEqual(['/usr/sbin/lsof']);
    const broken = createMacosPrograms(async () => fail({ code: 'toolMissing', detail: 'lsof' }));
    expect(await broken(wanted, [])).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
  });

  it('is read whatever it says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 })), (lines) => {
        const held = parseLsofConnections(lines.map((line, i) => 'pcn'.charAt(i % 3) + line).join('\n'));
        expect(matchPrograms([], held)).toEqual([]);
      }),
    );
  });
});

describe('netstat of Windows', () => {
  const tasks = readFixture('windows-tasklist.txt');

  it('gives connections and no listeners, in any language', () => {
    const english = parseWindowsConnections(readFixture('windows-netstat-english.txt'), parseTasklist(tasks));
    expect(english).toEqual([
      { ...ends('127.0.0.1', 1076, '127.0.0.1', 19872), pid: 4192, name: '?' },
      { ...ends('127.0.0.1', 19872, '127.0.0.1', 1076), pid: 4192, name: '?' },
    ]);
    const named = parseWindowsConnections(
      readFixture('windows-netstat-german.txt'),
      new Map([[12600, 'firefox.exe']]),
    );
    expect(named.map(({ pid, name }) => `${pid} ${name}`)).toEqual([
      '10916 ?',
      '12600 firefox.exe',
      '12600 firefox.exe',
    ]);
    const translated = '  TCP    127.0.0.1:50312        127.0.0.1:42424        HERGESTELLT     77\r\n';
    expect(parseWindowsConnections(translated, new Map())).toEqual([
      { ...ends('127.0.0.1', 50312, '127.0.0.1', 42424), pid: 77, name: '?' },
    ]);
    const left = '  TCP    127.0.0.1:50312        127.0.0.1:42424        TIME_WAIT       0\r\n';
    expect(parseWindowsConnections(left, new Map())).toEqual([]);
  });

  it('names the program, and says that it is unknown where netstat fails', async () => {
    const wanted = [ends('127.0.0.1', 1076, '127.0.0.1', 19872)];
    const find = createWindowsPrograms(async ({ file, args }) => {
      if (file.endsWith('tasklist.exe')) return succeed(tasks);
      return succeed(args.includes('TCPv6') ? '' : readFixture('windows-netstat-english.txt'));
    });
    expect(await find(wanted, [])).toMatchObject([{ kind: 'found', pid: 4192 }]);
    const broken = createWindowsPrograms(async () => fail({ code: 'toolFailed', detail: 'netstat' }));
    expect(await broken(wanted, [])).toEqual([{ kind: 'unknown' }]);
  });
});
