#!/usr/bin/env node
// Starts Electron behind a command such as `ip netns exec NAME`, for a Playwright that stays outside.
//
// Playwright drives Electron through two debuggers, which listen on the loopback of Electron's own network namespace and
// say so on standard error. We listen on our loopback in their place, put our ports into those two lines, and hand each
// client on by a socat inside. All else is Electron's own: arguments, streams, signals, exit code.
//
// CULVERT_WITHIN holds the command as a JSON array, CULVERT_ELECTRON the program.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const debuggerLine = /^((?:Debugger|DevTools) listening on ws:\/\/127\.0\.0\.1:)(\d+)(\/.*)$/;

/** @type {string[]} */
const within = JSON.parse(process.env.CULVERT_WITHIN ?? '[]');
const electron = process.env.CULVERT_ELECTRON;
if (within.length === 0 || !electron) throw new Error('Set CULVERT_WITHIN and CULVERT_ELECTRON.');

const child = start([electron, ...process.argv.slice(2)], ['inherit', 'inherit', 'pipe']);
const ended = once(child, 'exit');
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
const copied = copyErrors(/** @type {import('node:stream').Readable} */ (child.stderr));
const [code, signal] = await ended;
// Its last words; a helper of Electron's that lives on may hold the stream open.
await Promise.race([copied, wait(1000)]);
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
    process.stderr.write(`${await translate(line)}\n`);
  }
}

/**
 * @param {string} line of Electron's standard error
 * @returns {Promise<string>} the same, with a port that can be reached from here
 */
async function translate(line) {
  const [, before, port, after] = debuggerLine.exec(line) ?? [];
  return port === undefined ? line : `${before}${await relayTo(port)}${after}`;
}

/**
 * @param {string} port on the loopback inside
 * @returns {Promise<number>} port on our loopback that leads there
 */
async function relayTo(port) {
  const server = createServer((client) => {
    const socat = start(['socat', '-', `TCP4:127.0.0.1:${port},nodelay`], ['pipe', 'pipe', 'ignore']);
    const { stdin, stdout } = socat;
    if (stdin === null || stdout === null) throw new Error('socat was started without pipes.');
    client.pipe(stdin).on('error', () => client.destroy());
    stdout.pipe(client).on('error', () => socat.kill());
    client.on('close', () => socat.kill());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.');
  return address.port;
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
