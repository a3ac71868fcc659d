import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { methodCall, readReply } from '../session-bus/dbus-message.ts';
import { hasStatusNotifierHost, sessionBusAddresses } from '../session-bus/session-bus.ts';
import { holdDialogue } from '../session-bus/socket-dialogue.ts';
import { findTray, watchTray } from './tray-presence.ts';
import { hasXTray } from './x-tray-owner.ts';

const TIMEOUT_MS = 5_000;
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('the tray of an X display', () => {
  it('is there once a program shows tray icons, and gone with it', async () => {
    const env = { DISPLAY: await openDisplay(), HOME: tmpdir() };
    expect(await hasXTray(env, TIMEOUT_MS)).toBe(false);
    const trayer = start('trayer', [], env);
    await expect.poll(() => hasXTray(env, TIMEOUT_MS), { timeout: 10_000 }).toBe(true);
    await end(trayer);
    await expect.poll(() => hasXTray(env, TIMEOUT_MS), { timeout: 10_000 }).toBe(false);
  });

  it('is found on a display that asks for a cookie', async () => {
    const folder = temporaryFolder();
    const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const authority = join(folder, 'Xauthority');
    writeFileSync(authority, xauthority(cookie));
    const env = { DISPLAY: await openDisplay(['-auth', authority]), XAUTHORITY: authority, HOME: folder };
    start('trayer', [], env);
    await expect.poll(() => hasXTray(env, TIMEOUT_MS), { timeout: 10_000 }).toBe(true);
    expect(await hasXTray({ ...env, XAUTHORITY: join(folder, 'none') }, TIMEOUT_MS)).toBe(false);
  });

  it('is absent where there is no display', async () => {
    expect(await hasXTray({}, TIMEOUT_MS)).toBe(false);
    expect(await hasXTray({ DISPLAY: ':60999' }, TIMEOUT_MS)).toBe(false);
    expect(await hasXTray({ DISPLAY: 'nonsense' }, TIMEOUT_MS)).toBe(false);
  });
});

describe('the tray of a desktop on D-Bus', () => {
  it('is absent while nobody watches for icons', async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: await openBus() };
    expect(await hasStatusNotifierHost(env, userId(), TIMEOUT_MS)).toBe(false);
  });

  it.each([true, false])('is what the watcher says: %j', async (hasHost) => {
    const env = { DBUS_SESSION_BUS_ADDRESS: await openBus() };
    await answerAsWatcher(env, hasHost);
    expect(await hasStatusNotifierHost(env, userId(), TIMEOUT_MS)).toBe(hasHost);
    expect(await findTray(env)).toBe(hasHost);
  });

  it('is absent where there is no bus', async () => {
    expect(await hasStatusNotifierHost({}, userId(), TIMEOUT_MS)).toBe(false);
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus;tcp:host=x,port=1;rubbish' };
    expect(await hasStatusNotifierHost(env, userId(), TIMEOUT_MS)).toBe(false);
  });

  it('is absent where the bus never answers', async () => {
    const path = join(temporaryFolder(), 'bus');
    const server = createServer(() => undefined).listen(path);
    await once(server, 'listening');
    closers.push(() => void server.close());
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
    expect(await hasStatusNotifierHost(env, userId(), 100)).toBe(false);
  });

  it('reads the addresses as the specification writes them', () => {
    expect(
      sessionBusAddresses({ DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/a%20b,guid=1;unix:path=/run/c' }),
    ).toEqual([{ path: '\0/tmp/a b' }, { path: '/run/c' }]);
    expect(sessionBusAddresses({ XDG_RUNTIME_DIR: '/run/user/1' })).toEqual([{ path: '/run/user/1/bus' }]);
    expect(sessionBusAddresses({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=%zz' })).toEqual([]);
  });
});

describe('watchTray', () => {
  it('tells the first answer and then only changes', async () => {
    const answers = [false, false, true, true, false];
    const told: boolean[] = [];
    const find = vi.fn(async () => answers.shift() ?? false);
    const stop = watchTray((isPresent) => told.push(isPresent), find, 1);
    await expect.poll(() => told).toEqual([false, true, false]);
    stop();
    const looks = find.mock.calls.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(find.mock.calls.length).toBeLessThanOrEqual(looks + 1);
  });
});

function userId(): number {
  return process.getuid?.() ?? 0;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'culvert-tray-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'disabled:', ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  closers.push(() => end(child));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill();
  await closed;
}

/** Starts an X server of its own; gives the name for `DISPLAY`. */
async function openDisplay(extra: readonly string[] = []): Promise<string> {
  // Without -noreset each of our looks that is its only client has it start anew, and refuse others meanwhile.
  const screen = ['-displayfd', '3', '-screen', '0', '640x480x24', '-nolisten', 'tcp', '-noreset'];
  return `:${await firstLine(start('Xvfb', [...screen, ...extra], {}))}`;
}

/** Starts a session bus of its own; gives its address. */
async function openBus(): Promise<string> {
  return firstLine(start('dbus-daemon', ['--session', '--nofork', '--print-address=3'], {}));
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [text] = (await Promise.race([
    once((child.stdio[3] as Readable).setEncoding('utf8'), 'data'),
    once(child, 'close').then(() => Promise.reject(new Error(`${child.spawnfile} did not start`))),
  ])) as [string];
  return text.trim();
}

/** One entry for any host and display. */
function xauthority(cookie: Buffer): Buffer {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
  return Buffer.concat([
    Buffer.from([0xff, 0xff]),
    field(Buffer.alloc(0)),
    field(Buffer.alloc(0)),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie),
  ]);
}

/** Owns the watcher's name on the bus and answers the one question about its host, as a desktop does. */
async function answerAsWatcher(env: NodeJS.ProcessEnv, hasHost: boolean): Promise<void> {
  const [address] = sessionBusAddresses(env);
  if (!address) throw new Error('There is no bus.');
  const isOver = { value: false };
  const bus = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
  await new Promise<void>((isOwner, reject) => {
    const service = holdDialogue(address, 60_000, async (dialogue) => {
      dialogue.write(Buffer.from(`\0AUTH EXTERNAL ${Buffer.from(String(userId())).toString('hex')}\r\n`));
      await dialogue.readLine();
      dialogue.write(Buffer.from('BEGIN\r\n'));
      dialogue.write(methodCall(1, bus, 'Hello', []));
      await readReply(dialogue, 1);
      dialogue.write(requestName(2, 'org.kde.StatusNotifierWatcher'));
      await readReply(dialogue, 2);
      isOwner();
      while (!isOver.value) {
        const start = await dialogue.read(16);
        const fields = await dialogue.read(Math.ceil(start.readUInt32LE(12) / 8) * 8);
        await dialogue.read(start.readUInt32LE(4));
        if (start[1] !== 1) continue;
        dialogue.write(booleanReply(start.readUInt32LE(8), senderOf(fields), hasHost));
      }
    });
    closers.push(() => {
      isOver.value = true;
    });
    // The bus is closed at the end of the test, and ends the conversation with it.
    service.catch(reject);
  });
}

/** RequestName has a number as its second argument, which `methodCall` does not know: flags 0. */
function requestName(serial: number, name: string): Buffer {
  const call = methodCall(
    serial,
    { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' },
    'RequestName',
    [name, ''],
  );
  // The signature `ss` becomes `su`; an empty string is a zero length and a zero byte, so the byte must go.
  const signature = call.lastIndexOf(Buffer.from('ss\0'));
  call[signature + 1] = 'u'.charCodeAt(0);
  call.writeUInt32LE(call.readUInt32LE(4) - 1, 4);
  return call.subarray(0, -1);
}

function senderOf(fields: Buffer): string {
  // Field 7, type s, aligned to 8: the code, its signature, then the length and the text.
  const at = fields.indexOf(Buffer.from([7, 1, 's'.charCodeAt(0), 0]));
  return fields.toString('latin1', at + 8, at + 8 + fields.readUInt32LE(at + 4));
}

function booleanReply(toSerial: number, destination: string, value: boolean): Buffer {
  const text = Buffer.from(destination, 'latin1');
  const fields = Buffer.concat([
    Buffer.from([5, 1, 'u'.charCodeAt(0), 0]),
    uint32(toSerial),
    Buffer.from([6, 1, 's'.charCodeAt(0), 0]),
    uint32(text.length),
    text,
    Buffer.alloc(1 + (-(text.length + 1) & 7)),
    Buffer.from([8, 1, 'g'.charCodeAt(0), 0, 1, 'v'.charCodeAt(0), 0]),
  ]);
  return Buffer.concat([
    Buffer.from([0x6c, 2, 1, 1]),
    uint32(8),
    uint32(1000 + toSerial),
    uint32(fields.length),
    fields,
    Buffer.alloc(-fields.length & 7),
    Buffer.from([1, 'b'.charCodeAt(0), 0, 0]),
    uint32(value ? 1 : 0),
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
