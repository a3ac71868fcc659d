import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemListenerSchema } from '#shared/listener.ts';
import { createLinuxReader } from './linux.ts';
import { completeListeners, listListeners } from './list-listeners.ts';
import { tagOurListeners } from './our-listeners.ts';

const servers: Server[] = [];

beforeAll(() => {
  if (process.platform !== 'linux')
    throw new Error('These tests look at real sockets in /proc: run them on Linux.');
});

afterEach(async () => {
  for (const server of servers.splice(0)) await close(server);
});

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function listAll() {
  const result = await listListeners();
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

describe('the listeners of this computer', () => {
  it('are there with address, process, owner and reach', async () => {
    const name = (await readFile('/proc/self/comm', 'utf8')).trim();
    const { uid, username } = userInfo();
    const expected = [
      { protocol: 'tcp', address: '127.0.0.1', reach: { kind: 'thisComputer' } },
      { protocol: 'tcp6', address: '::1', reach: { kind: 'thisComputer' } },
      { protocol: 'tcp', address: '0.0.0.0', reach: { kind: 'everyone' } },
      { protocol: 'tcp6', address: '::', reach: { kind: 'everyone' } },
      { protocol: 'tcp6', address: '::ffff:127.0.0.1', reach: { kind: 'thisComputer' } },
    ];
    for (const listener of expected) {
      const port = await listen(listener.address);
      const found = (await listAll()).filter(
        (other) => other.port === port && other.address === listener.address,
      );
      expect(found).toEqual([
        {
          ...listener,
          port,
          state: 'LISTEN',
          process: { name, pid: process.pid },
          owner: { uid, user: username },
          ours: null,
        },
      ]);
    }
  });

  it('are gone once closed', async () => {
    const port = await listen('127.0.0.1');
    expect((await listAll()).map((listener) => listener.port)).toContain(port);
    for (const server of servers.splice(0)) await close(server);
    expect((await listAll()).map((listener) => listener.port)).not.toContain(port);
  });

  it('of another process carry its pid and name, and go with it', async () => {
    const script =
      'const s=require("net").createServer().listen(0,"127.0.0.1",()=>console.log(s.address().port))';
    const child: ChildProcess = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [chunk] = child.stdout ? await once(child.stdout, 'data') : [''];
      const port = Number(String(chunk));
      const found = (await listAll()).find((listener) => listener.port === port);
      expect(found?.process).toEqual({ name: 'node', pid: child.pid });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect((await listAll()).some((listener) => listener.process?.pid === child.pid)).toBe(false);
  });

  it('are sorted by port and then address, and fit the contract', async () => {
    for (let i = 0; i < 5; i++) await listen('127.0.0.1');
    const listeners = await listAll();
    const ports = listeners.map(({ port }) => port);
    expect(ports).toEqual(ports.toSorted((a, b) => a - b));
    expect(systemListenerSchema.array().parse(listeners)).toEqual(listeners);
    const shared = { protocol: 'tcp', port: 80, state: 'LISTEN', process: null, owner: null } as const;
    const mixed = ['::', '10.0.0.1', '9.0.0.1'].map((address) => ({ ...shared, address }));
    expect(completeListeners(mixed, []).map(({ address }) => address)).toEqual(['9.0.0.1', '10.0.0.1', '::']);
  });

  it('are marked as ours by process, address and port together', async () => {
    const port = await listen('127.0.0.1');
    const tag = { tunnelId: 't', tunnelName: 'Mail', forwardId: 'f' };
    const listeners = await listAll();
    const tagged = tagOurListeners(listeners, [{ ...tag, address: '127.0.0.1', port }]);
    expect(tagged.filter(({ ours }) => ours !== null)).toMatchObject([{ port, ours: tag }]);
    const none = [
      ...tagOurListeners(listeners, [{ ...tag, address: '0.0.0.0', port }]),
      ...tagOurListeners(listeners, [{ ...tag, address: '127.0.0.1', port }], process.pid + 1),
    ];
    expect(none.every(({ ours }) => ours === null)).toBe(true);
  });

  it('have names that are fit to show, whatever a program calls itself', async () => {
    const script = `const net=require("net");process.title="e\\u001b[31mv\\u202eil\\nx";
      const s=net.createServer().listen(0,"127.0.0.1",()=>console.log(s.address().port))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [chunk] = await once(child.stdout, 'data');
      const found = (await listAll()).find(({ port }) => port === Number(String(chunk)));
      expect(found?.process).toEqual({ name: 'evil x', pid: child.pid });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('show no system’s names raw, nor users’', () => {
    const evil = 'e\u001b[31mv\u202eil';
    const shared = { protocol: 'tcp', address: '::', port: 80, state: 'LISTEN' } as const;
    const named = (name: string, user: string | null) =>
      completeListeners([{ ...shared, process: { pid: 7, name }, owner: { uid: 5, user } }], [])[0];
    expect(named(evil, evil)).toMatchObject({
      process: { pid: 7, name: 'evil' },
      owner: { uid: 5, user: 'evil' },
    });
    expect(named('\u202e', null)).toMatchObject({ process: { name: '?' }, owner: { user: null } });
  });

  it('cannot be told on a system that we do not know, or without /proc', async () => {
    expect(await listListeners('aix')).toEqual({
      ok: false,
      error: { code: 'unsupportedPlatform', detail: 'aix' },
    });
    expect(await createLinuxReader({ procDir: '/nowhere' })()).toMatchObject({
      ok: false,
      error: { code: 'unreadable' },
    });
  });
});
