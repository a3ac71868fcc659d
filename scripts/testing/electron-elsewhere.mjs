#!/usr/bin/env node
// Starts Electron behind a command such as `ip netns exec NAME`, for a Playwright that stays outside.
//
// Playwright drives Electron through two debuggers, which listen on the loopback of Electron's own network namespace and
// say so on standard error. We listen on our loopback in their place, put our ports into those two lines, and hand each
// client on by a socat inside, over a Unix socket that is a file: those know no namespaces. All else is Electron's own:
// arguments, streams, signals, exit code.
//
// The socats wait before Electron starts, so their ports are chosen here. A Playwright whose connection takes a tenth of a
// second longer finds a window that has begun to load, and once in some twenty starts waits for it for ever.
//
// CULVERT_WITHIN holds the command as a JSON array, CULVERT_ELECTRON the program.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const debuggerLine = /^((?:Debugger|DevTools) listening on ws:\/\/127\.0\.0\.1:)(\d+)(\/.*)$/;

/** @type {string[]} */
const within = JSON.parse(process.env.CULVERT_WITHIN ?? '[]');
const electron = process.env.CULVERT_ELECTRON;
if (within.length === 0 || !electron) throw new Error('Set CULVERT_WITHIN and CULVERT_ELECTRON.');

const folder = await mkdtemp(join(tmpdir(), 'culvert-elsewhere-'));
// Above what the kernel hands out, and another for each of us.
const ports = {
  '--inspect': 61_000 + (process.pid % 2000),
  '--remote-debugging-port': 63_000 + (process.pid % 2000),
};
const doors = await Promise.all(Object.values(ports).map(openDoor));

const child = start([electron, ...process.argv.slice(2).map(withPort)], ['inherit', 'inherit', 'pipe']);
const ended = once(child, 'exit');
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
const copied = copyErrors(/** @type {import('node:stream').Readable} */ (child.stderr));
const [code, signal] = await ended;
// Its last words; a helper of Electron's that lives on may hold the stream open.
await Promise.race([copied, wait(1000)]);
for (const { close } of doors) close();
await rm(folder, { recursive: true, force: true });
if (signal !== null) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
// The ports of the debuggers would keep us.
process.exit(code ?? 1);

/**
 * @param {import('node:stream').Readable} errors Electron's standard error
 * @returns {Promise<void>} resolves at its end
 */
async function copyErrors(errors) {
  for await (const line of createInterface({ input: errors })) {
    process.stderr.write(`${translate(line)}\n`);
  }
}

/**
 * @param {string} line of Electron's standard error
 * @returns {string} the same, with a port that can be reached from here
 */
function translate(line) {
  const [, before, port, after] = debuggerLine.exec(line) ?? [];
  const door = doors.find(({ inside }) => inside === Number(port));
  return door === undefined ? line : `${before}${door.outside}${after}`;
}

/**
 * @param {string} argument of Electron, such as `--inspect=0`
 * @returns {string} the same with the port that a door leads to
 */
function withPort(argument) {
  for (const [name, port] of Object.entries(ports)) if (argument === `${name}=0`) return `${name}=${port}`;
  return argument;
}

/**
 * @param {number} inside a port on the loopback inside; nobody need listen there yet
 * @returns {Promise<{ inside: number, outside: number, close(): void }>} with a port on our loopback that leads there
 */
async function openDoor(inside) {
  const path = join(folder, String(inside));
  const socat = start(
    ['socat', '-d', '-d', `UNIX-LISTEN:${path},fork`, `TCP4:127.0.0.1:${inside},nodelay`],
    ['ignore', 'ignore', 'pipe'],
  );
  const said = createInterface({ input: /** @type {import('node:stream').Readable} */ (socat.stderr) });
  for await (const line of said) if (line.includes('listening on')) break;
  socat.stderr?.resume();
  const server = createServer((client) => {
    const way = connect(path);
    for (const [from, to] of [
      [client, way],
      [way, client],
    ]) {
      from?.on('error', () => to?.destroy()).on('close', () => to?.destroy());
      if (from && to) from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { inside, outside: port, close: () => socat.kill() };
}

/**
 * @param {readonly string[]} command that runs inside
 * @param {import('node:child_process').StdioOptions} stdio
 * @returns {import('node:child_process').ChildProcess}
 */
function start(command, stdio) {
  const [program = '', ...args] = [...within, ...command];
  return spawn(program, args, { stdio });
}
