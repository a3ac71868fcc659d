import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerMisdeed } from '#shared/server-misdeed.ts';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { localForward, remoteForward } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHostKey } from '../support/host-keys.ts';
import type { Victim } from '../support/hostile-server.ts';
import { attack } from '../support/hostile-suite.ts';
import { HARMFUL, TRICKS } from '../support/hostile-text.ts';
import {
  boolean,
  channelData,
  channelOpen,
  forwardedTcpip,
  globalRequest,
  kexInit,
  message,
  string,
  uint32,
} from '../support/ssh-messages.ts';
import { startBannerServer } from '../support/targets.ts';

const suite = engineSuite();

/** Programs that use a local forward. */
const clients = new Set<net.Socket>();
afterEach(() => {
  for (const client of clients) client.destroy();
  clients.clear();
});

/** Ten megabytes in messages of 32 KB. */
const MEGABYTES_10 = 320;
const filling = Buffer.alloc(32_000, 'x');

/** More messages than any server needs. */
const MANY = 50_000;

async function misdeedOf(act: (victim: Victim) => unknown): Promise<ServerMisdeed> {
  const { ending } = await attack(suite, { onOpen: (victim) => void act(victim) });
  const error = await ending();
  expect(error).toMatchObject({ code: 'serverMisbehaves' });
  return (error as { misdeed: ServerMisdeed }).misdeed;
}

describe('a server that talks without end', () => {
  it.each([
    ['10 MB of debug messages', MEGABYTES_10, () => message(4, boolean(true), string(filling), string(''))],
    ['10 MB of ignored messages', MEGABYTES_10, () => message(2, string(filling))],
    ['messages that say “unimplemented”', MANY, (index: number) => message(3, uint32(index))],
    ['messages of no known type', MANY, () => message(200, string('?'))],
    ['messages of no bytes', MANY, () => Buffer.alloc(0)],
    [
      'extensions (EXT_INFO)',
      MANY,
      () => message(7, uint32(1), string('server-sig-algs'), string('ssh-rsa')),
    ],
    ['banners after the login', MANY, () => message(53, string('Hello.'), string(''))],
    ['answers to requests that were never made', MANY, () => message(81)],
    ['refusals of requests that were never made', MANY, () => message(82)],
  ])('is left after a part of it: %s', async (_what, count, make) => {
    let sent = count;
    const misdeed = await misdeedOf(async (victim) => {
      sent = await victim.flood(count, make);
    });
    expect(misdeed).toBe('chatter');
    await eventually(() => expect(sent).toBeLessThan(count));
  });

  it.each([
    ['keepalives', () => globalRequest('keepalive@openssh.com')],
    ['host keys to prove', () => globalRequest('hostkeys-00@openssh.com', string('not a key'))],
    [
      'forwards, which only a client may ask for',
      () => globalRequest('tcpip-forward', string(''), uint32(22)),
    ],
  ])('is left after a part of its requests: %s', async (_what, make) => {
    expect(await misdeedOf((victim) => victim.flood(MANY, make))).toBe('requestFlood');
  });

  it('keeps no answers in memory when it does not read them', async () => {
    const misdeed = await misdeedOf((victim) => {
      victim.socket.pause();
      return victim.flood(MANY, () => globalRequest('keepalive@openssh.com'));
    });
    expect(misdeed).toBe('requestFlood');
  });

  it('is no such server for a keepalive now and then', async () => {
    const { engine, profile, server, proveBounds } = await attack(suite, {
      onOpen: (victim) => void victim.flood(500, () => globalRequest('keepalive@openssh.com')),
    });
    await engine.until(profile, 'open');
    await eventually(() => expect(server.victims[0]?.socket.bytesRead).toBeGreaterThan(500 * 16));
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    proveBounds();
  });
});

describe('channels that nobody asked for', () => {
  it.each([
    ['forwarded TCP', (index: number) => forwardedTcpip(index, 'localhost', 22)],
    ['sessions', (index: number) => channelOpen('session', index)],
    ['X11', (index: number) => channelOpen('x11', index, string('127.0.0.1'), uint32(6000))],
    ['an agent', (index: number) => channelOpen('auth-agent@openssh.com', index)],
    ['types that nobody knows', (index: number) => channelOpen('tun@openssh.com', index, uint32(1))],
    [
      'a socket named __proto__',
      (index: number) =>
        channelOpen('forwarded-streamlocal@openssh.com', index, string('__proto__'), string('')),
    ],
    [
      'direct TCP, which only a client may open',
      (index: number) => channelOpen('direct-tcpip', index, string('a'), uint32(1), string('b'), uint32(2)),
    ],
  ])('end the session when they come by the thousand: %s', async (_what, make) => {
    expect(await misdeedOf((victim) => victim.flood(MANY, make))).toBe('channelFlood');
  });

  it('are refused one by one while they are few', async () => {
    const refused: number[] = [];
    const { engine, profile } = await attack(suite, {
      onOpen: (victim) => {
        victim.inside._handlers.CHANNEL_OPEN_FAILURE = ((_protocol: unknown, recipient: number) => {
          refused.push(recipient);
        }) as never;
        victim.send(forwardedTcpip(1, 'localhost', 22));
        victim.send(channelOpen('session', 2));
        victim.send(channelOpen('x11', 3, string('127.0.0.1'), uint32(6000)));
        victim.send(channelOpen('auth-agent@openssh.com', 4));
        for (const [at, path] of ['__proto__', 'constructor', '/run/x'].entries()) {
          victim.send(channelOpen('forwarded-streamlocal@openssh.com', 5 + at, string(path), string('')));
        }
        victim.send(channelOpen('__proto__', 8));
      },
    });
    await eventually(() => expect(refused).toEqual([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(engine.snapshot(profile.id).state.status).toBe('open');
  });
});

describe('channels of a remote forward', () => {
  it('are taken up to a limit when thousands come at once and none of them reads', async () => {
    const target = suite.use(await startBannerServer());
    let [taken, refused] = [0, 0];
    const { engine, profile, server, proveBounds } = await attack(suite, {
      forwards: [remoteForward(4_022, target)],
      onOpen: (victim) => {
        const handlers = victim.inside._handlers;
        handlers.CHANNEL_OPEN_CONFIRMATION = (() => {
          taken += 1;
        }) as never;
        handlers.CHANNEL_OPEN_FAILURE = (() => {
          refused += 1;
        }) as never;
        victim.connection.on('request', (accept) => accept?.());
      },
    });
    await engine.untilForward(profile, 0, 'listening');
    const [victim] = server.victims;
    await victim?.flood(1_500, (index) => forwardedTcpip(index, 'localhost', 4_022));
    await eventually(() => expect(taken + refused).toBe(1_500), { timeoutMs: 15_000 });
    expect(taken).toBeGreaterThan(300);
    expect(taken).toBeLessThanOrEqual(1_000);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    proveBounds();
  });
});

describe('a channel', () => {
  /** A tunnel whose one channel is open, and read by a program that takes nothing unless it `reads`. */
  async function openChannel(act: (victim: Victim, recipient: number) => unknown, reads = false) {
    const port = await findFreePort();
    const attacked = await attack(suite, {
      forwards: [localForward(port, { host: 'target', port: 1 })],
      onOpen: (victim) => {
        victim.connection.on('tcpip', (accept) => {
          accept();
          // Our first channel has number 0.
          void act(victim, 0);
        });
      },
    });
    await attacked.engine.untilForward(attacked.profile, 0, 'listening');
    await attacked.engine.until(attacked.profile, 'open');
    const client = net.connect(port, '127.0.0.1');
    clients.add(client);
    client.on('error', () => {});
    if (reads) client.resume();
    return attacked;
  }

  it.each([
    ['data', (recipient: number) => channelData(recipient, filling)],
    ['standard error', (recipient: number) => message(95, uint32(recipient), uint32(1), string(filling))],
  ])('that gets more %s than its window allows ends the session', async (_what, make) => {
    let sent = 0;
    const { ending } = await openChannel(async (victim, recipient) => {
      sent = await victim.flood(8_000, () => make(recipient));
    });
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'windowOverrun' });
    await eventually(() => expect(sent).toBeGreaterThan(0));
    expect(sent).toBeLessThan(1_000);
  });

  it('that is sent a packet larger than allowed ends the session', async () => {
    const { ending } = await openChannel((victim, recipient) => {
      victim.send(channelData(recipient, Buffer.alloc(32 * 1024 + 1)));
    }, true);
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'packetTooLarge' });
  });

  it('is fed whole windows by an honest server for as long as it is read', async () => {
    const total = 24 * 1024 * 1024;
    let received = 0;
    const port = await findFreePort();
    const { engine, profile } = await attack(suite, {
      forwards: [localForward(port, { host: 'target', port: 1 })],
      onOpen: (victim) => {
        victim.connection.on('tcpip', (accept) => void accept().end(Buffer.alloc(total)));
      },
    });
    await engine.untilForward(profile, 0, 'listening');
    await engine.until(profile, 'open');
    const client = net.connect(port, '127.0.0.1');
    clients.add(client);
    client.on('data', (chunk) => {
      received += chunk.length;
    });
    await eventually(() => expect(received).toBe(total), { timeoutMs: 20_000 });
    expect(engine.snapshot(profile.id).state.status).toBe('open');
  });

  it('that gets data of a kind unknown, without end, ends the session', async () => {
    const { ending } = await openChannel((victim, recipient) =>
      victim.flood(MEGABYTES_10, () => message(95, uint32(recipient), uint32(7), string(filling))),
    );
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'chatter' });
  });

  it('that is asked without end whether it is there ends the session', async () => {
    const { ending } = await openChannel((victim, recipient) =>
      victim.flood(MANY, () =>
        message(98, uint32(recipient), string('keepalive@openssh.com'), boolean(true)),
      ),
    );
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'requestFlood' });
  });

  it('that is not there ends the session, whatever is said on it', async () => {
    const number = [uint32(99), uint32(2 ** 32 - 1)];
    for (const recipient of number) {
      for (const payload of [
        message(94, recipient, string('data')),
        message(93, recipient, uint32(5)),
        message(97, recipient),
        message(99, recipient),
        message(91, recipient, uint32(1), uint32(1), uint32(1)),
      ]) {
        expect(await misdeedOf((victim) => victim.send(payload))).toBe('unknownChannel');
      }
    }
  });

  it('that is refused with a hostile text shows a harmless one', async () => {
    const port = await findFreePort();
    const { engine, profile } = await attack(suite, {
      forwards: [localForward(port, { host: 'target', port: 1 })],
      onOpen: (victim) => {
        victim.inside._handlers.CHANNEL_OPEN = ((_protocol: unknown, { sender }: { sender: number }) => {
          victim.send(message(92, uint32(sender), uint32(2), string(TRICKS), string('')));
        }) as never;
      },
    });
    await engine.untilForward(profile, 0, 'listening');
    await engine.until(profile, 'open');
    const client = net.connect(port, '127.0.0.1');
    clients.add(client);
    client.on('error', () => {});
    await eventually(() => {
      const snapshot = JSON.stringify(engine.snapshot(profile.id));
      expect(snapshot).toContain('targetRefused');
      expect(snapshot).not.toMatch(HARMFUL);
    });
  });
});

describe('new keys', () => {
  it('are borne as an honest server asks for them', async () => {
    const { engine, profile, server } = await attack(suite, {});
    await engine.until(profile, 'open');
    const [victim] = server.victims;
    for (let count = 0; count < 5; count += 1) {
      await new Promise<void>((resolve) => victim?.connection.rekey(() => resolve()));
    }
    expect(engine.snapshot(profile.id).state.status).toBe('open');
  });

  it('asked for again and again end the session', async () => {
    const misdeed = await misdeedOf(async (victim) => {
      while (!victim.isGone()) {
        await new Promise<void>((resolve) => {
          victim.socket.once('end', resolve);
          victim.connection.rekey(() => resolve());
        });
      }
    });
    expect(misdeed).toBe('rekeyStorm');
  });

  it('of another host key end the session', async () => {
    const other = ssh2.utils.parseKey((await createHostKey('ed25519')).privateKey);
    const { ending } = await attack(suite, {
      onOpen: (victim) => {
        victim.inside._hostKeys['ssh-ed25519'] = other;
        victim.connection.rekey();
      },
    });
    expect(await ending()).toMatchObject({
      code: 'protocolError',
      detail: expect.stringContaining('host key'),
    });
  });

  it('that are never agreed on end the session, and fill no memory meanwhile', async () => {
    const port = await findFreePort();
    const { engine, profile, ending } = await attack(suite, {
      forwards: [localForward(port, { host: 'target', port: 1 })],
      timings: { handshakeMs: 1_500 },
      onOpen: (victim) => {
        victim.inside._handlers.CHANNEL_OPEN = ((_protocol: unknown, { sender }: { sender: number }) => {
          // A window of 4 GiB, so that only the client itself keeps the client from filling its memory.
          victim.send(message(91, uint32(sender), uint32(1), uint32(2 ** 32 - 1), uint32(32_768)));
          victim.inside._decipher._onPayload = () => undefined;
          victim.send(kexInit('curve25519-sha256'));
        }) as never;
      },
    });
    await engine.untilForward(profile, 0, 'listening');
    await engine.until(profile, 'open');
    const client = net.connect(port, '127.0.0.1');
    clients.add(client);
    client.on('error', () => {});
    const chunk = Buffer.alloc(1024 * 1024);
    const push = () => {
      while (!client.destroyed && client.write(chunk));
    };
    client.on('drain', push);
    push();
    expect(await ending()).toMatchObject({ code: 'handshakeTimedOut', seconds: 2 });
  });
});

describe('a server that will not let go', () => {
  it('is left at a message that makes no sense', async () => {
    const { ending, server } = await attack(suite, {
      onOpen: (victim) => void victim.flood(MANY, () => message(80, uint32(4_000_000))),
    });
    expect(await ending()).toMatchObject({ code: 'protocolError' });
    await eventually(() => expect(server.victims[0]?.isGone()).toBe(true));
  });

  it('is left at its goodbye, in its own words made harmless', async () => {
    const { ending } = await attack(suite, {
      onOpen: (victim) => {
        victim.send(message(1, uint32(2), string(TRICKS.repeat(300)), string('')));
      },
    });
    const error = await ending();
    expect(error).toMatchObject({ code: 'serverClosed', reason: expect.stringMatching(/^Die <img/) });
    expect(JSON.stringify(error)).not.toMatch(HARMFUL);
    expect(JSON.stringify(error).length).toBeLessThan(500);
  });

  it('is left at a goodbye without a reason, whatever it says afterwards', async () => {
    const { ending, server } = await attack(suite, {
      onOpen: (victim) => {
        victim.send(message(1, uint32(11), string(''), string('')));
        void victim.flood(MANY, () => message(2, string('more')));
      },
    });
    expect(await ending()).toMatchObject({ code: 'serverClosed', reason: null });
    await eventually(() => expect(server.victims[0]?.isGone()).toBe(true));
  });

  it('is left when a byte of it was changed on the way', async () => {
    const { ending } = await attack(suite, {
      onOpen: (victim) => {
        const write = victim.socket.write.bind(victim.socket);
        victim.socket.write = ((bytes: Buffer) => {
          const changed = Buffer.from(bytes);
          changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
          return write(changed);
        }) as never;
        victim.send(message(2, string('x')));
      },
    });
    expect(await ending()).toMatchObject({ code: 'protocolError', detail: expect.stringMatching(/MAC/) });
  });
});
