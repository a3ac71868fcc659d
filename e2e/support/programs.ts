import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The system programs that the fixtures use, with the Debian package that brings each. */
const debianPackages = {
  busybox: 'busybox',
  cat: 'coreutils',
  chpasswd: 'passwd',
  curl: 'curl',
  'dbus-run-session': 'dbus-daemon',
  dropbear: 'dropbear-bin',
  dropbearkey: 'dropbear-bin',
  flock: 'util-linux',
  'gnome-keyring-daemon': 'gnome-keyring',
  head: 'coreutils',
  id: 'coreutils',
  ip6tables: 'iptables',
  ip: 'iproute2',
  'iptables-restore': 'iptables',
  'iptables-save': 'iptables',
  iptables: 'iptables',
  mount: 'mount',
  netstat: 'net-tools',
  sed: 'sed',
  setpriv: 'util-linux',
  puttygen: 'putty-tools',
  sh: 'dash',
  socat: 'socat',
  ss: 'iproute2',
  'ssh-add': 'openssh-client',
  'ssh-agent': 'openssh-client',
  'ssh-keygen': 'openssh-client',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  telnet: 'inetutils-telnet',
  tr: 'coreutils',
  uname: 'coreutils',
  umount: 'mount',
  useradd: 'passwd',
  userdel: 'passwd',
  usermod: 'passwd',
} as const;

export type ProgramName = keyof typeof debianPackages;

/** Administrators' programs stand here, which an ordinary user's PATH leaves out. */
const sbinFolders = ['/usr/sbin', '/sbin'];

/** The absolute path of a system program. Throws, naming the Debian package, where it is not installed. */
export function requireProgram(name: ProgramName): string {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...sbinFolders];
  for (const folder of folders) {
    const candidate = path.join(folder, name);
    if (path.isAbsolute(candidate) && isExecutable(candidate)) return candidate;
  }
  throw new Error(
    `The program "${name}" is missing. Install it: apt-get install ${debianPackages[name]} (as root).`,
  );
}

/** What a finished program left: its exit status (null when a signal ended it) and all it wrote. */
export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to the program's standard input, which is then closed. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a system program to its end. Throws, with all it wrote, unless it ends with status 0. */
export async function runProgram(
  name: ProgramName,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  const result = await tryProgram(name, args, options);
  if (result.status !== 0) {
    throw new Error(
      `${name} ${args.join(' ')} ended with ${result.status}: ${result.stderr}${result.stdout}`.trim(),
    );
  }
  return result;
}

/** Like {@link runProgram}, but a failing status is data. */
export function tryProgram(
  name: ProgramName,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(requireProgram(name), args, { env: options.env ?? process.env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    // A program that ends without reading its input is judged by its status, not by our broken pipe.
    child.stdin.on('error', () => {}).end(options.input ?? '');
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
