import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { HOP_TOOLS } from '#shared/second-hop.ts';
import { hopCommandLine, hopScript } from '../../electron/engine/server/second-hop/hop-script.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { hopBench } from '../support/hop-bench.ts';

/** The shells that servers have as `sh`: Debian's, most others', and that of small systems. */
const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']] as const;

const bench = hopBench();

function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['tcp', 'tcp6'].some((table) =>
    new RegExp(`:${hex} 0+:0000 0A`).test(readFileSync(`/proc/net/${table}`, 'utf8')),
  );
}

/** The timers of the hop's own ends of its clients' connections, as /proc/net/tcp has them (proc(5), `tr`). */
function timersOfClients(port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '01')
      .map((fields) => (fields[5]?.startsWith('02:') ? 'keepalive' : 'none')),
  );
}

/** The command lines of the programs that speak of one of these ports as a listener. */
function programsOf(ports: readonly number[]): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return ''; // ended meanwhile
    }
  });
  return lines.filter((line) =>
    ports.some((port) => line.includes(`LISTEN:${port},`) || line.includes(`("", ${port})`)),
  );
}

/** Another address of this computer than the target's: the hop listens on all of them. */
async function talk(port: number, host: string, text: string): Promise<string> {
  const socket = net.connect({ host, port, allowHalfOpen: true });
  bench.open.push(() => socket.destroy());
  socket.end(text);
  let heard = '';
  for await (const data of socket) heard += data;
  return heard;
}

describe.concurrent.each(SHELLS.map((shell) => [shell[0], shell] as const))('in %s', (_name, shell) => {
  describe.each(HOP_TOOLS)('a hop by %s', (tool) => {
    it('leads to the target from every address, and waits for an answer after the client’s end', async () => {
      const { port } = await bench.start(shell, tool);
      expect(await talk(port, '127.0.0.2', 'hello, ')).toBe('hello, goodbye');
      if (readFileSync('/proc/net/if_inet6', 'utf8') !== '') {
        expect(await talk(port, '::1', 'hi, ')).toBe('hi, goodbye');
      }
    });

    it('ends with its input, connections too', async () => {
      const { shell: process, port } = await bench.start(shell, tool);
      const client = net.connect({ host: '127.0.0.1', port });
      client.on('error', () => {});
      client.write('x');
      await once(client, 'data');
      const closed = once(client, 'close');
      process.stdin.end();
      await Promise.all([closed, eventually(() => expect(isListening(port)).toBe(false))]);
    });
  });
});

describe.concurrent.each(HOP_TOOLS)('a hop by %s', (tool) => {
  it('ends when the shell that it was given to is killed', async () => {
    const { shell, port, stopTelling } = await bench.start(['dash'], tool);
    shell.kill('SIGKILL');
    await once(shell, 'exit');
    stopTelling();
    await eventually(() => expect(isListening(port)).toBe(false));
    await eventually(() => expect(programsOf([port])).toEqual([]));
  });

  it('leaves nothing behind when its input ends while it begins', async () => {
    const ports = await Promise.all(Array.from({ length: 12 }, () => findFreePort()));
    // Script and end together, as when a session dies right then: there is no moment between them.
    const shells = ports.map((port) => {
      const script = hopScript(tool, { port, target: { host: '127.0.0.1', port: 1 } });
      const shell = spawn('sh', ['-c', 'printf %s "$1" | sh', 'sh', script], { stdio: 'ignore' });
      return once(shell, 'exit');
    });
    await Promise.all(shells);
    // Its own program may need a moment longer than the shell that ended it.
    await eventually(() => expect(programsOf(ports)).toEqual([]));
  });

  it('says that it is full, lets further clients wait, and takes them when others leave', async () => {
    const { port, room } = await bench.start(['dash'], tool, 3);
    const dial = () => {
      const client = net.connect({ host: '127.0.0.1', port });
      client.on('error', () => {});
      client.write('x');
      bench.open.push(() => client.destroy());
      return client;
    };
    const clients = [dial(), dial(), dial()];
    await Promise.all(clients.map((client) => once(client, 'data')));
    await eventually(() => expect(room()).toBe('full'));
    const next = dial();
    const heard = once(next, 'data');
    clients[0]?.destroy();
    await heard;
    for (const client of clients) client.destroy();
    await eventually(() => expect(room()).toBe('free'));
  });

  it('asks a client that is silent for a sign of life, so that one which vanished frees its place', async () => {
    const { port } = await bench.start(['dash'], tool);
    const client = net.connect({ host: '127.0.0.1', port });
    bench.open.push(() => client.destroy());
    client.write('x');
    await once(client, 'data');
    await eventually(() => expect(timersOfClients(port)).toEqual(['keepalive']));
  });

  it('says why it cannot listen', async () => {
    const taken = net.createServer().listen(0);
    await once(taken, 'listening');
    bench.open.push(() => taken.close());
    const { port } = taken.address() as net.AddressInfo;
    const hop = bench.run(['dash'], hopScript(tool, { port, target: { host: '127.0.0.1', port: 1 } }));
    await eventually(() =>
      expect(hop.words()).toEqual({
        kind: 'failed',
        detail: expect.stringMatching(/Address already in use/),
      }),
    );
  });

  it('is told to the letter what it may do', () => {
    const order = { port: 43000, target: { host: '::1', port: 42000 } };
    expect(hopCommandLine(tool, order)).toContain('[::1]:42000');
    expect(hopScript(tool, order)).toContain('43000');
    for (const host of ['localhost', "127.0.0.1'; rm -rf ~; '", '::1%$(id)', '']) {
      expect(() => hopScript(tool, { port: 1, target: { host, port: 1 } })).toThrow();
    }
    for (const port of [0, 65536, Number.NaN, 1.5])
      expect(() => hopScript(tool, { ...order, port })).toThrow();
  });
});
