import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeAfterEach } from '../forward/testing/cleanup.ts';
import { listAgentIdentities } from './agent-identities.ts';
import { agentSocket } from './agent-socket.ts';

vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
const closing = closeAfterEach();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-agent-'));
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** A real ssh-agent that ends with the test; gives its socket. */
async function startAgent(): Promise<string> {
  const socket = join(folder, 'agent');
  const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(agent, 'exit');
  closing({
    close: async () => {
      agent.kill();
      await ended;
    },
  });
  if (agent.stdout) await once(agent.stdout, 'data');
  return socket;
}

async function addKey(socket: string, comment: string, ...options: readonly string[]): Promise<string> {
  const file = join(folder, `id_${comment.replaceAll(/\W/g, '_')}_${options.join('')}`);
  await run('ssh-keygen', ['-q', '-N', '', '-C', comment, ...options, '-f', file]);
  await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return file;
}

/** A socket that is no agent; `serve` gets every client. */
async function startImpostor(serve: (socket: Socket) => void) {
  const path = join(folder, 'impostor');
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => clients.delete(socket));
    socket.resume();
    serve(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  closing({
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return { path, clients };
}

describe('listAgentIdentities', () => {
  it('lists the keys of a real agent in its order, and signs with each', async () => {
    const socket = await startAgent();
    const files = [
      await addKey(socket, 'andre@laptop', '-t', 'ed25519'),
      await addKey(socket, 'work', '-t', 'rsa', '-b', '2048'),
      await addKey(socket, '\u200b', '-t', 'ed25519'),
    ];
    const listed = await listAgentIdentities(socket);
    if (!listed.ok) throw new Error(listed.error.code);
    expect(listed.value.map(({ label }) => label)).toEqual([
      'agent key andre@laptop',
      'agent key work',
      'agent key (ssh-ed25519)',
    ]);
    for (const [index, { publicKey, sign }] of listed.value.entries()) {
      const [, base64] = (await readFile(`${files[index]}.pub`, 'latin1')).split(' ');
      expect(publicKey.getPublicSSH().toString('base64')).toBe(base64);
      const data = Buffer.from('what the server wants signed');
      const hash = publicKey.type === 'ssh-rsa' ? 'sha512' : undefined;
      expect(publicKey.verify(data, await sign(data, hash), hash)).toBe(true);
    }
  });

  it('does not sign with a key that was taken out meanwhile', async () => {
    const socket = await startAgent();
    await addKey(socket, 'andre', '-t', 'ed25519');
    const listed = await listAgentIdentities(socket);
    await run('ssh-add', ['-q', '-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    if (!listed.ok) throw new Error(listed.error.code);
    await expect(listed.value[0]?.sign(Buffer.from('x'), undefined)).rejects.toThrow();
  });

  it('makes a key’s comment fit to show', async () => {
    const socket = await startAgent();
    await addKey(socket, 'evil\u001b[31m\u202ered', '-t', 'ed25519');
    const listed = await listAgentIdentities(socket);
    expect(listed).toMatchObject({ ok: true, value: [{ label: 'agent key evilred' }] });
  });

  it('says that an agent is empty', async () => {
    const socket = await startAgent();
    expect(await listAgentIdentities(socket)).toEqual({
      ok: false,
      error: { code: 'agentHasNoKeys', socket },
    });
  });

  it('says that there is none', async () => {
    expect(await listAgentIdentities(null)).toEqual({
      ok: false,
      error: { code: 'agentUnavailable', socket: null },
    });
    const socket = join(folder, 'nothing');
    expect(await listAgentIdentities(socket)).toEqual({
      ok: false,
      error: { code: 'agentUnavailable', socket },
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up', (socket) => socket.destroy()],
    ['says goodbye', (socket) => void socket.end()],
    ['refuses', (socket) => void socket.write(Buffer.from([0, 0, 0, 1, 5]))],
    ['sends an empty message', (socket) => void socket.end(Buffer.from([0, 0, 0, 0, 0]))],
    ['breaks off in its list', (socket) => void socket.end(Buffer.from([0, 0, 0, 9, 12, 0, 0, 0, 1]))],
    [
      'promises more keys than it has',
      (socket) => void socket.end(Buffer.from([0, 0, 0, 5, 12, 255, 255, 255, 255])),
    ],
  ])('takes one for dead that %s', async (_what, serve) => {
    const { path, clients } = await startImpostor(serve);
    expect(await listAgentIdentities(path)).toEqual({
      ok: false,
      error: { code: 'agentUnavailable', socket: path },
    });
    await expect.poll(() => clients.size).toBe(0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => {}],
    ['talks nonsense', (socket) => void socket.write('* OK I am a mail server\r\n'.repeat(1000))],
  ])('gives up on one that %s, and lets go of its socket', async (_what, serve) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { path, clients } = await startImpostor(serve);
    const listed = listAgentIdentities(path);
    while (clients.size === 0) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(clients.size).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await listed).toEqual({ ok: false, error: { code: 'agentUnavailable', socket: path } });
    vi.useRealTimers();
    await expect.poll(() => clients.size).toBe(0);
  });
});

describe('agentSocket', () => {
  it('is where the environment says', () => {
    expect(agentSocket({ SSH_AUTH_SOCK: '/run/agent' })).toBe('/run/agent');
  });

  it('is nowhere if the environment says nothing', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    expect(agentSocket({})).toBeNull();
    expect(agentSocket({ SSH_AUTH_SOCK: '' })).toBeNull();
  });

  it('is the system’s pipe on Windows', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
    expect(agentSocket({})).toBe('\\\\.\\pipe\\openssh-ssh-agent');
    expect(agentSocket({ SSH_AUTH_SOCK: '/run/agent' })).toBe('/run/agent');
  });
});
