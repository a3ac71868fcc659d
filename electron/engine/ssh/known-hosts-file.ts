import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { HostKey } from './host-key.ts';
import { type KnownHostEntry, lookUpHost } from './known-hosts.ts';
import { hashName, isHashedName } from './known-hosts-hash.ts';
import { knownHostName } from './known-hosts-name.ts';

/** Where known host keys stand. */
export interface KnownHostsPaths {
  /** The user's own file: read, and the only one ever written. */
  readonly userFile: string;
  /** Files that are only read. */
  readonly otherFiles: readonly string[];
}

/** The text of one file, one character a byte; empty for a file that is not there. */
export interface KnownHostsFile {
  readonly path: string;
  readonly text: string;
}

type Unreadable = Extract<TunnelError, { code: 'knownHostsUnreadable' }>;
type Unwritable = Extract<TunnelError, { code: 'knownHostsUnwritable' }>;

/**
 * The files that OpenSSH reads by default (ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile). The home
 * folder is looked up at every call and follows HOME, so that a test can point it elsewhere; OpenSSH
 * itself asks the password database.
 */
export function defaultKnownHostsPaths(): KnownHostsPaths {
  const isWindows = process.platform === 'win32';
  const home = (isWindows ? undefined : process.env.HOME) || homedir();
  const shared = isWindows ? join(process.env.ProgramData ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh';
  return {
    userFile: join(home, '.ssh', 'known_hosts'),
    otherFiles: [
      join(home, '.ssh', 'known_hosts2'),
      join(shared, 'ssh_known_hosts'),
      join(shared, 'ssh_known_hosts2'),
    ],
  };
}

/**
 * Reads all the files. One that is missing is empty; one that is there and cannot be read fails the whole,
 * since it may hold the line that revokes a key.
 */
export async function readKnownHosts({
  userFile,
  otherFiles,
}: KnownHostsPaths): Promise<Result<readonly KnownHostsFile[], Unreadable>> {
  const files: KnownHostsFile[] = [];
  for (const path of [userFile, ...otherFiles]) {
    try {
      const text = await readText(path);
      if (text === undefined) return fail({ code: 'knownHostsUnreadable', file: path, cause: notAFile });
      files.push({ path, text });
    } catch (error) {
      return fail({ code: 'knownHostsUnreadable', file: path, cause: systemCauseOf(error) });
    }
  }
  return succeed(files);
}

/** The lines about a server in all files, in their order. */
export function lookUpInFiles(files: readonly KnownHostsFile[], server: Endpoint): KnownHostEntry[] {
  return files.flatMap(({ path, text }) => lookUpHost(text, server, path));
}

/** The addition that is under way: one at a time, or tunnels to one server would each add the same line. */
let adding: Promise<unknown> = Promise.resolve();

/**
 * Adds one line that makes the key a known one of the server's, unless there is such a line; resolves to the
 * path of the file. Call it only once the server proved that it holds the key (ssh2's `handshake` event).
 *
 * Everything else in the file stays byte for byte, and the line goes out in one appending write, so that
 * another program may add a line in the same moment. A missing file is made with mode 0600, its
 * missing folder with 0700. The name is hashed if the newest line that can be hashed is (HashKnownHosts).
 */
export function appendKnownHost(
  path: string,
  server: Endpoint,
  key: HostKey,
): Promise<Result<string, Unwritable>> {
  const added = adding.then(() => append(path, server, key));
  adding = added.catch(() => {});
  return added;
}

async function append(path: string, server: Endpoint, key: HostKey): Promise<Result<string, Unwritable>> {
  const name = knownHostName(server);
  if (!isWritableName(name)) return fail({ code: 'knownHostsUnwritable', file: path, cause: notAName });
  try {
    const handle = await openForAppending(path);
    try {
      if (!(await handle.stat()).isFile()) {
        return fail({ code: 'knownHostsUnwritable', file: path, cause: notAFile });
      }
      const text = await handle.readFile('latin1');
      if (!holds(text, server, key)) await handle.appendFile(lineFor(text, name, key), 'latin1');
    } finally {
      await handle.close();
    }
    return succeed(path);
  } catch (error) {
    return fail({ code: 'knownHostsUnwritable', file: path, cause: systemCauseOf(error) });
  }
}

const notAFile = 'it is not a regular file';
const notAName = 'the host name is not valid';

/** Undefined for what is neither a file nor a device. */
async function readText(path: string): Promise<string | undefined> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    if (systemCauseOf(error) === 'ENOENT') return '';
    throw error;
  }
  // People link the file to /dev/null to switch it off.
  if (stats.isCharacterDevice()) return '';
  // Opening a pipe would wait for a writer for ever.
  return stats.isFile() ? readFile(path, 'latin1') : undefined;
}

async function openForAppending(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', 0o600);
  } catch (error) {
    if (systemCauseOf(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'a+', 0o600);
  }
}

/** Claims that a name, written to the file, means itself there and stays on one line. */
function isWritableName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get in.
  return name !== '' && !name.startsWith('[]') && !/[\x00-\x20\x7f,*?!|@#]/.test(name);
}

function holds(text: string, server: Endpoint, key: HostKey): boolean {
  return lookUpHost(text, server).some(
    (entry) => entry.marker === 'none' && entry.matchedBy === 'name' && entry.key.base64 === key.base64,
  );
}

function lineFor(text: string, name: string, key: HostKey): string {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${separator}${namesAreHashed(text) ? hashName(name) : name} ${key.type} ${key.base64}\n`;
}

/** Lines with a marker or a wildcard are never hashed, so they tell nothing. */
function namesAreHashed(text: string): boolean {
  const newest = text
    .split('\n')
    .map((line) => /^[ \t]*([^ \t#@*?!]+)[ \t]/.exec(line)?.[1])
    .findLast((names) => names !== undefined);
  return newest !== undefined && isHashedName(newest);
}

/** The code that the system gave (`EACCES`, `ENOSPC`); an error without one is a bug and is thrown on. */
function systemCauseOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}
