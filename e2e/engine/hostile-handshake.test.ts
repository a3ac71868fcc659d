import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TunnelTimings } from '../../electron/engine/tunnel-world.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { testProfile } from '../support/engine-under-test.ts';
import { boolean, kexInit, message, plainPacket, string, uint32 } from '../support/ssh-messages.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { watchProcess } from '../support/watch-own-process.ts';

const suite = engineSuite();

const VERSION = 'SSH-2.0-Hostile\r\n';

/** How a tunnel to a server ends that does this with each client, and never closes its half of the connection. */
async function endingOf(serve: (client: net.Socket) => void, timings: Partial<TunnelTimings> = {}) {
  const { host, port } = suite.use(
    await startTcpServer((client) => {
      client.resume();
      serve(client);
    }),
  );
  const server = { host, port, user: 'nobody', identityFile: '/nonexistent' };
  const engine = suite.engine(timings);
  const profile = testProfile(server, keyFile(server), []);
  const watch = watchProcess();
  await engine.start(profile);
  const state = await engine.untilState(profile, ({ status }) => status === 'failed' || status === 'waiting');
  const { grownBytes, lagMs } = watch.report();
  expect(grownBytes).toBeLessThan(64 * 1024 * 1024);
  expect(lagMs).toBeLessThan(1_000);
  if (state.status !== 'failed' && state.status !== 'waiting') throw new Error('It has not ended.');
  return state.error;
}

/** Writes it again and again, as fast as it is read. */
function pour(client: net.Socket, bytes: Buffer): void {
  const write = () => {
    while (!client.destroyed && client.write(bytes));
  };
  client.on('drain', write);
  write();
}

/** Writes byte by byte. */
function drip(client: net.Socket, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    client.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at >= bytes.length) clearInterval(timer);
  }, everyMs);
  client.on('close', () => clearInterval(timer));
}

describe('a server that greets', () => {
  it.each([
    ['without end and without a line break', Buffer.alloc(65_536, 'Welcome ')],
    ['with empty lines without end', Buffer.alloc(65_536, '\r\n')],
    ['with NULs without end', Buffer.alloc(65_536)],
  ])('%s is no SSH server', async (_how, bytes) => {
    expect((await endingOf((client) => pour(client, bytes))).code).toBe('notAnSshServer');
  });

  it('with one byte now and then is given up in time', async () => {
    const error = await endingOf((client) => drip(client, Buffer.alloc(1_000, 'a'), 30), {
      handshakeMs: 500,
    });
    expect(error).toMatchObject({ code: 'handshakeTimedOut' });
  });

  it.each([
    ['version 1.5', 'SSH-1.5-OldServer\r\n', { code: 'sshVersionUnsupported', version: '1.5' }],
    ['version 3.0', 'SSH-3.0-NewServer\r\n', { code: 'sshVersionUnsupported', version: '3.0' }],
    ['version 2.0 with a NUL', 'SSH-2.0-Nul\0byte\r\n', { code: 'notAnSshServer' }],
    ['version 2.0 with an escape character', 'SSH-2.0-Esc\u001b[31m\r\n', { code: 'notAnSshServer' }],
    [
      'version 2.0 with a name of 10,000 letters',
      `SSH-2.0-${'x'.repeat(10_000)}\r\n`,
      { code: 'protocolError' },
    ],
    ['version 2.0 without a name', 'SSH-2.0\r\n', { code: 'notAnSshServer' }],
    ['nothing', 'SSH-\r\n', { code: 'notAnSshServer' }],
  ])('as %s is named', async (_what, line, expected) => {
    expect(await endingOf((client) => client.write(line))).toMatchObject(expected);
  });
});

describe('a server that says', () => {
  it.each([
    ['nothing after its version', Buffer.alloc(0)],
    ['nothing after its offer of algorithms', plainPacket(kexInit('curve25519-sha256'))],
    ['half a packet', plainPacket(kexInit('curve25519-sha256')).subarray(0, 40)],
  ])('%s is given up in time, and tried again', async (_what, bytes) => {
    const error = await endingOf((client) => client.write(Buffer.concat([Buffer.from(VERSION), bytes])), {
      handshakeMs: 500,
    });
    expect(error).toMatchObject({ code: 'handshakeTimedOut' });
  });

  it('one byte now and then is given up in time', async () => {
    const offer = plainPacket(kexInit('curve25519-sha256'));
    const error = await endingOf(
      (client) => {
        client.write(VERSION);
        drip(client, offer, 40);
      },
      { handshakeMs: 500 },
    );
    expect(error).toMatchObject({ code: 'handshakeTimedOut' });
  });

  it.each([
    ['of no bytes', uint32(0)],
    ['of three bytes', uint32(3)],
    ['of 4 GiB', uint32(2 ** 32 - 1)],
    ['of 2 GiB', uint32(2 ** 31)],
    ['of 1 MiB, all of it', Buffer.concat([uint32(2 ** 20 + 4), Buffer.alloc(2 ** 20 + 4)])],
    ['that breaks off within its lists', plainPacket(message(20, Buffer.alloc(16), uint32(2 ** 32 - 1)))],
    ['that is a login', plainPacket(message(52))],
    ['that changes to keys that are not there', plainPacket(message(21))],
    ['whose padding is longer than it is', Buffer.concat([uint32(12), Buffer.alloc(12, 255)])],
  ])('a packet %s is named', async (_what, bytes) => {
    const error = await endingOf((client) => client.write(Buffer.concat([Buffer.from(VERSION), bytes])), {
      handshakeMs: 3_000,
    });
    expect(error).toMatchObject({ code: expect.stringMatching(/^(?:protocolError|serverMisbehaves)$/) });
    expect(JSON.stringify(error)).not.toContain('undefined');
  });

  it.each([
    ['debug', plainPacket(message(4, boolean(true), string(Buffer.alloc(32_000)), string('')))],
    ['ignored', plainPacket(message(2, string(Buffer.alloc(32_000))))],
    ['empty', plainPacket(Buffer.alloc(0))],
  ])('10 MB of %s messages before there are keys is left', async (_what, packet) => {
    const packets = Buffer.concat(Array.from({ length: Math.ceil(65_536 / packet.length) }, () => packet));
    const error = await endingOf((client) => {
      client.write(VERSION);
      pour(client, packets);
    });
    expect(error).toMatchObject({ code: 'serverMisbehaves', misdeed: 'chatter' });
  });
});

describe('a server with key exchanges that we do not offer', () => {
  it.each([
    [['diffie-hellman-group18-sha512'], false],
    [['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'], false],
    [['mlkem768x25519-sha256', 'sntrup761x25519-sha512'], false],
    [['diffie-hellman-group14-sha256', 'diffie-hellman-group1-sha1'], true],
  ])('is refused with their names, before anything is computed: %j', async (names, legacyMayHelp) => {
    let reply = 0;
    const error = await endingOf((client) => {
      client.write(Buffer.concat([Buffer.from(VERSION), plainPacket(kexInit(...names))]));
      client.on('data', (chunk: Buffer) => {
        reply += chunk.length;
      });
    });
    expect(error).toMatchObject({
      code: 'noCommonAlgorithm',
      kind: 'key exchange',
      offered: names,
      legacyMayHelp,
    });
    // Our version, our lists and our goodbye; a public value of group18 alone has 1 KiB.
    expect(reply).toBeLessThan(2_048);
  });

  it('shows their names as harmless text, and not all of a thousand', async () => {
    const names = ['\u001b[31mred\u202e', ...Array.from({ length: 1_000 }, (_, at) => `kex-${at}`)];
    const error = await endingOf((client) => {
      client.write(Buffer.concat([Buffer.from(VERSION), plainPacket(kexInit(...names))]));
    });
    expect(error).toMatchObject({ code: 'noCommonAlgorithm' });
    const { offered } = error as { offered: readonly string[] };
    expect(offered).toHaveLength(8);
    expect(offered[0]).toBe('red');
  });
});
