import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../forward/testing/cleanup.ts';
import { awaitGreeting, overhearGreeting } from './greeting.ts';

const closing = closeAfterEach();

/** A client's socket to a server that does `serve` with its end. */
async function dial(serve: (socket: Socket) => void): Promise<Socket> {
  const accepted = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    accepted.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP address');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  closing({
    close: async () => {
      socket.destroy();
      for (const each of accepted) each.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  await once(socket, 'connect');
  return socket;
}

/** Writes one byte a turn, so that each arrives as a piece of its own. */
async function dribble(socket: Socket, text: string): Promise<void> {
  for (const byte of Buffer.from(text, 'latin1')) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await nextTurn();
  }
}

/** All that can still be read, up to `length` bytes. */
async function readText(socket: Socket, length: number): Promise<string> {
  let text = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.length >= length) break;
  }
  return text;
}

describe('awaitGreeting', () => {
  const VERSION = 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n';

  it('knows a version line, and puts it back for ssh2', async () => {
    const socket = await dial((server) => void server.write(VERSION));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'ssh' });
    expect(await readText(socket, VERSION.length)).toBe(VERSION);
  });

  it('knows it in pieces of one byte', async () => {
    const socket = await dial((server) => void dribble(server, VERSION));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'ssh' });
    expect(await readText(socket, VERSION.length)).toBe(VERSION);
  });

  it('knows it behind other lines, and puts those back too', async () => {
    const text = `Welcome.\r\nSSH is spoken here\nNo SSH- in this line\r\n${VERSION}`;
    const socket = await dial((server) => void dribble(server, text));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'ssh' });
    expect(await readText(socket, text.length)).toBe(text);
  });

  it('puts back what comes behind the version line', async () => {
    const text = `${VERSION}\u0000\u0000\u0001\u00ff`;
    const socket = await dial((server) => void server.write(Buffer.from(text, 'latin1')));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'ssh' });
    expect(await readText(socket, text.length)).toBe(text);
  });

  it.each([
    ['IMAP', '* OK IMAP4rev1 ready\r\n'],
    ['IMAP that says goodbye', '* BYE busy\r\n'],
    ['SMTP', '220 mail.example.org ESMTP\r\n'],
    ['FTP in several lines', '220-Welcome\r\n'],
    ['POP3', '+OK ready\r\n'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['VNC', 'RFB 003.008\n'],
  ])('tells %s from SSH at once', async (_what, text) => {
    const socket = await dial((server) => void server.write(text));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'notSsh' });
  });

  it('gives up on a greeting without end', async () => {
    const socket = await dial((server) => {
      const pour = () => {
        while (!server.destroyed && server.write('no end in sight, '.repeat(64)));
      };
      server.on('drain', pour);
      pour();
    });
    expect(await awaitGreeting(socket)).toEqual({ kind: 'notSsh' });
    // It has not read on for ever.
    expect(socket.bytesRead).toBeLessThan(1024 * 1024);
  });

  it('gives up on lines without end, too', async () => {
    const socket = await dial((server) => void server.write('hello\r\n'.repeat(10_000)));
    expect(await awaitGreeting(socket)).toEqual({ kind: 'notSsh' });
  });

  it.each(['Exceeded MaxStartups\r\n', 'Not allowed at this time\r\n'])(
    'hears that the server has no room: %j',
    async (text) => {
      const socket = await dial((server) => void server.write(text));
      expect(await awaitGreeting(socket)).toEqual({ kind: 'turnedAway', reason: text.trim() });
    },
  );

  it('speaks first to a server that waits for us', async () => {
    const socket = await dial(() => {});
    expect(await awaitGreeting(socket)).toEqual({ kind: 'silent' });
    expect(socket.listenerCount('readable')).toBe(0);
  });

  it('waits for the end of a line that has begun, however long that takes', async () => {
    let finish = () => {};
    const socket = await dial((server) => {
      server.write('SSH-2.0-');
      finish = () => server.write('slow\r\n');
    });
    const greeting = awaitGreeting(socket);
    // Longer than a silent server is waited for.
    await new Promise((resolve) => setTimeout(resolve, 400));
    finish();
    expect(await greeting).toEqual({ kind: 'ssh' });
  });

  it.each([
    ['before a word', ''],
    ['in the middle of its line', 'SSH-2.0-Open'],
  ])('leaves it to the socket to tell of a server that hangs up %s', async (_when, text) => {
    let settled = false;
    const socket = await dial((server) => void server.end(text));
    void awaitGreeting(socket).then(() => {
      settled = true;
    });
    await once(socket, 'close');
    await nextTurn();
    expect(settled).toBe(false);
  });
});

describe('overhearGreeting', () => {
  it('hears what a silent server says at last, once', async () => {
    let speak = (_text: string) => {};
    const socket = await dial((server) => {
      speak = (text) => void server.write(text);
    });
    const heard: unknown[] = [];
    overhearGreeting(socket, (greeting) => heard.push(greeting));
    speak('* OK at last\r\n');
    await expect.poll(() => heard).toEqual([{ kind: 'notSsh' }]);
    expect(socket.listenerCount('data')).toBe(0);
  });
});
