import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { requireProgram } from './programs.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** What the real `ssh` needs to know about a server: {@link Sshd} and {@link Dropbear} have it. */
export interface SshServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  knownHosts(): string;
}

export interface OpenSshOptions {
  readonly identityFile?: string;
  /** What to answer to the questions (password, passphrase, code), in their order. */
  readonly answers?: readonly string[];
  /** The agent to use. Default none. */
  readonly agentSocket?: string;
  /** Further arguments, such as `-N`, `-L`, `-o ...`. */
  readonly args?: readonly string[];
  /** The command to run on the server. */
  readonly command?: string;
  /** A command that starts it elsewhere, such as `ip netns exec …`. Default: here. */
  readonly within?: readonly string[];
  /** Where to connect instead, for a proxy in between; the server's host key is expected all the same. */
  readonly through?: { readonly host: string; readonly port: number };
}

/** A finished `ssh`: 255 is its own failure, anything else the remote command's status. */
export interface OpenSshResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it asked, in order. */
  readonly prompts: readonly string[];
}

export interface OpenSsh {
  stderr(): string;
  readonly ended: Promise<OpenSshResult>;
  /** Ends it with SIGTERM where it still runs. */
  close(): Promise<void>;
}

/** Runs the real `ssh` to its end: the judge of what our fixtures, and our own client, should do. */
export async function runOpenSsh(server: SshServerAddress, options: OpenSshOptions): Promise<OpenSshResult> {
  return (await startOpenSsh(server, options)).ended;
}

/** Starts the real `ssh`, with no configuration, no agent and no file but those given. The real ~/.ssh is left alone. */
export async function startOpenSsh(server: SshServerAddress, options: OpenSshOptions): Promise<OpenSsh> {
  const folder = await createTemporaryFolder('ssh-client');
  const file = (name: string) => path.join(folder.path, name);
  await writeFile(file('known_hosts'), server.knownHosts());
  await writeFile(file('answers'), (options.answers ?? []).map((answer) => `${answer}\n`).join(''));
  await writeFile(file('askpass'), askpassScript);
  await chmod(file('askpass'), 0o700);
  const [program = '', ...args] = [
    ...(options.within ?? []),
    requireProgram('ssh'),
    ...argumentsFor(server, options, file('known_hosts')),
  ];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      SSH_ASKPASS: file('askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
      SSH_AUTH_SOCK: options.agentSocket,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const finish = async (): Promise<OpenSshResult> => {
    const ended = await status;
    const prompts = await readFile(file('prompts'), 'utf8').catch(() => '');
    await folder.close();
    return { status: ended, stdout, stderr, prompts: prompts.split('\0').slice(0, -1) };
  };
  const ended = finish();
  return {
    stderr: () => stderr,
    ended,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Writes down what was asked ($1) and gives the next line of the answers; fails when there is none left. */
const askpassScript = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
printf '%s\\0' "$1" >>prompts
answer=$(sed -n 1p answers)
[ -s answers ] || exit 1
sed -i 1d answers
printf '%s\\n' "$answer"
`;

function argumentsFor(
  server: SshServerAddress,
  options: OpenSshOptions,
  knownHostsFile: string,
): readonly string[] {
  const { host, port } = options.through ?? server;
  const knownName = server.port === 22 ? server.host : `[${server.host}]:${server.port}`;
  const settings = [
    `UserKnownHostsFile=${knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    `HostKeyAlias=${knownName}`,
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'IdentitiesOnly=no',
    `IdentityFile=${options.identityFile ?? 'none'}`,
    'ConnectTimeout=20',
  ];
  return [
    ...['-F', 'none', '-p', String(port), '-l', server.user],
    // What is said first counts.
    ...(options.args ?? []),
    ...settings.flatMap((setting) => ['-o', setting]),
    host,
    ...(options.command === undefined ? [] : [options.command]),
  ];
}
