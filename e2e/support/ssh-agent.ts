import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ClientKey } from './client-keys.ts';
import { eventually } from './eventually.ts';
import { identifyProcess } from './process-tree.ts';
import { requireProgram, runProgram } from './programs.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

export interface SshAgentOptions {
  /** Keys that it holds from the start, in the order in which it offers them. */
  readonly keys?: readonly ClientKey[];
}

/** A real ssh-agent on a socket of its own. */
export interface SshAgent {
  /** The value for SSH_AUTH_SOCK. */
  readonly socketPath: string;
  readonly pid: number;
  add(key: ClientKey): Promise<void>;
  /** Takes all keys out. */
  removeAll(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts ssh-agent in the form `ssh-agent command`: it ends by itself, within 10 s, when the command has ended, and
 * the command ends with us, because it reads a pipe that only we hold open. A signal at our death would not do:
 * ssh-agent is set-group-id, for which the kernel drops such a wish.
 */
export async function startSshAgent({ keys = [] }: SshAgentOptions = {}): Promise<SshAgent> {
  const folder = await createTemporaryFolder('agent');
  const socketPath = path.join(folder.path, 'socket');
  const command = ['-a', socketPath, requireProgram('sh'), '-c', 'echo "$SSH_AGENT_PID"; exec cat'];
  const child = spawn(requireProgram('ssh-agent'), command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const pid = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => reject(new Error(`ssh-agent ended with ${status} before it listened.`)));
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(Number(text)));
  });
  const agent = identifyProcess(pid);
  const env = { ...process.env, SSH_AUTH_SOCK: socketPath };
  const add = (key: ClientKey) => addKey(key, folder.path, env);
  const end = async () => {
    if (agent !== null && identifyProcess(pid)?.startTime === agent.startTime) process.kill(pid, 'SIGTERM');
    await eventually(() => identifyProcess(pid)?.startTime !== agent?.startTime || agent === null);
    child.stdin.end();
    await ended;
    await folder.close();
  };
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= end();
    return closed;
  };
  try {
    for (const key of keys) await add(key);
  } catch (error) {
    await close();
    throw error;
  }
  const removeAll = async () => {
    await runProgram('ssh-add', ['-q', '-D'], { env });
  };
  return { socketPath, pid, add, removeAll, close };
}

async function addKey(key: ClientKey, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const askpass = path.join(folder, 'askpass');
  await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$CULVERT_TEST_PASSPHRASE"\n');
  await chmod(askpass, 0o700);
  await runProgram('ssh-add', ['-q', key.path], {
    env: {
      ...env,
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
      CULVERT_TEST_PASSPHRASE: key.passphrase ?? '',
    },
  });
}
