import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PRACTICE_USER } from '#shared/practice.ts';
import { createPracticeIdentity, publicKeyOf } from './practice-identity.ts';
import { type PracticeServer, startPracticeServer } from './practice-server.ts';

const identity = createPracticeIdentity();
const started: ChildProcess[] = [];
let home: string;
let server: PracticeServer;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'culvert-practice-'));
  server = await startPracticeServer({ identity, limits: { wrongPasswordDelayMs: 50 } });
  writeFileSync(
    join(home, 'known_hosts'),
    `[${server.host}]:${server.port} ssh-ed25519 ${publicKeyOf(identity)}\n`,
  );
  writeFileSync(join(home, 'askpass'), '#!/bin/sh\nprintf "%s\\n" "$PRACTICE_PASSWORD"\n', { mode: 0o700 });
});

afterAll(async () => {
  for (const child of started) child.kill();
  await server.close();
  rmSync(home, { recursive: true });
});

/** Arguments that keep `ssh` to this test's own files, and strict about the pinned key. */
function sshArgs(user: string, ...more: readonly string[]): string[] {
  const options = {
    UserKnownHostsFile: join(home, 'known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    PubkeyAuthentication: 'no',
    NumberOfPasswordPrompts: '2',
    ExitOnForwardFailure: 'yes',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['-F', 'none', ...flags, '-p', String(server.port), ...more, `${user}@${server.host}`];
}

function environment(password: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    SSH_ASKPASS: join(home, 'askpass'),
    SSH_ASKPASS_REQUIRE: 'force',
    PRACTICE_PASSWORD: password,
  };
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function run(program: string, args: readonly string[], said = '', password = identity.password) {
  return new Promise<Outcome>((resolve) => {
    const child = execFile(
      program,
      args,
      { env: environment(password), timeout: 20_000 },
      (error, output, errors) => {
        resolve({ code: error ? Number(error.code) : 0, output, errors });
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(said);
  });
}

const ssh = (more: readonly string[], said?: string) => run('ssh', sshArgs(PRACTICE_USER, ...more), said);

describe('the practice server, seen by OpenSSH', { timeout: 30_000 }, () => {
  it('carries a conversation with the greeter', async () => {
    const { code, output, errors } = await ssh(['-W', 'imap.practice:143'], 'a NOOP\r\nb LOGOUT\r\n');
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^\* OK \[CAPABILITY IMAP4rev1\] .*\r\na OK .*\r\n\* BYE .*\r\nb OK LOGOUT completed\r\n$/,
    );
  });

  it('refuses other targets and says what there is', async () => {
    for (const target of ['localhost:22', `127.0.0.1:${server.port}`, 'imap.practice:144']) {
      const { code, errors } = await ssh(['-W', target]);
      expect(code).toBe(255);
      expect(errors).toContain('administratively prohibited');
      expect(errors).toContain('It forwards to imap.practice:143 and web.practice:80 only.');
    }
  });

  it('refuses a shell, a command, sftp and a remote forward', async () => {
    for (const refused of [[], ['-T'], ['-tt'], ['-A', '-X', '-T'], ['-s']]) {
      const command = refused[0] === '-s' ? ['sftp'] : refused.length > 0 ? [] : ['id'];
      const args = [...sshArgs(PRACTICE_USER, ...refused), ...command];
      const { code, output, errors } = await run('ssh', args);
      expect(code).toBe(255);
      expect(output).toBe('');
      expect(errors).toContain('The practice server has no shell.');
    }
    const remote = await ssh(['-N', '-R', '0:localhost:22']);
    expect(remote.code).toBe(255);
    expect(remote.errors).toContain('remote port forwarding failed');
  });

  it('refuses a wrong password and a wrong user', async () => {
    const wrongPassword = await run('ssh', sshArgs(PRACTICE_USER, '-W', 'imap.practice:143'), '', 'guess');
    const wrongUser = await run('ssh', sshArgs('root', '-W', 'imap.practice:143'));
    for (const { code, output, errors } of [wrongPassword, wrongUser]) {
      expect(code).toBe(255);
      expect(output).toBe('');
      expect(errors).toContain('Permission denied (password).');
    }
  });

  it('shows its page to curl through a SOCKS forward', async () => {
    const port = await freePort();
    started.push(
      spawn('ssh', sshArgs(PRACTICE_USER, '-N', '-D', `127.0.0.1:${port}`), {
        env: environment(identity.password),
        stdio: 'ignore',
      }),
    );
    await reachable(port);
    const curl = (...args: string[]) =>
      run('curl', ['-sS', '--socks5-hostname', `localhost:${port}`, ...args]);
    const page = await curl('-i', 'http://web.practice/');
    expect(page.errors).toBe('');
    expect(page.output).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*You came through the tunnel[\s\S]*<\/html>\n$/);
    expect((await curl('-I', 'http://web.practice/')).output).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const posted = await curl('-o', '/dev/null', '-w', '%{http_code}', '-d', 'a=1', 'http://web.practice/');
    expect(posted.output).toBe('405');
    expect((await curl('http://example.invalid/')).code).toBe(97);
  });

  it('answers telnet through a local forward', async () => {
    const port = await freePort();
    const forward = `127.0.0.1:${port}:imap.practice:143`;
    started.push(
      spawn('ssh', sshArgs(PRACTICE_USER, '-N', '-L', forward), {
        env: environment(identity.password),
        stdio: 'ignore',
      }),
    );
    await reachable(port);
    const socket = connect(port, '127.0.0.1');
    const [greeting] = await once(socket, 'data');
    expect(String(greeting)).toMatch(/^\* OK /);
    socket.destroy();
  });

  it('leaves nothing in the home folder', () => {
    expect(readdirSync(home).sort()).toEqual(['askpass', 'known_hosts']);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until `ssh` has logged in and bound its listener. */
async function reachable(port: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
      } finally {
        socket.destroy();
      }
    },
    { timeout: 10_000, interval: 50 },
  );
}
