import { type FileHandle, mkdir, open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { HostKey } from './host-key.ts';
import { lookUpHost } from './known-hosts.ts';
import { NOT_A_FILE, systemCauseOf } from './known-hosts-file.ts';
import { hashName, isHashedName } from './known-hosts-hash.ts';
import { LockTaken, withKnownHostsLock } from './known-hosts-lock.ts';
import { knownHostName } from './known-hosts-name.ts';

/** A file that takes no new line, and a system error code or words that say why. */
export interface Unwritable {
  readonly file: string;
  readonly cause: string;
}

/** The addition that is under way: one at a time, or tunnels to one server would each wait for the lock. */
let adding: Promise<unknown> = Promise.resolve();

/**
 * Adds one line that makes the key a known one of the server's, unless there is such a line; resolves to the
 * path of the file. Call it only once the server proved that it holds the key (ssh2's `handshake` event).
 *
 * Everything else in the file stays byte for byte, and the line goes out in one appending write, as ssh's own does
 * (hostfile.c, add_host_to_hostfile, which takes no lock): another program may add a line in the same moment, and a
 * process that is killed leaves the line whole or not there. Between Culverts there is a lock besides, see `known-hosts-lock.ts`.
 * A missing file is made with mode 0600, its missing folder with 0700. The name is hashed if the newest line that can be
 * hashed is (HashKnownHosts).
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
  const unwritable = (cause: string) => fail({ file: path, cause });
  const name = knownHostName(server);
  if (!isWritableName(name)) return unwritable('the host name is not valid');
  try {
    const handle = await openForAppending(path);
    try {
      if (!(await handle.stat()).isFile()) return unwritable(NOT_A_FILE);
    } finally {
      await handle.close();
    }
    await locked(await realpath(path), () => addLine(path, server, key));
    return succeed(path);
  } catch (error) {
    if (error instanceof LockTaken) return unwritable('another program is changing it');
    return unwritable(systemCauseOf(error));
  }
}

/** Opens the file anew: whoever held the lock before may have put another one in its place. */
async function addLine(path: string, server: Endpoint, key: HostKey): Promise<void> {
  const handle = await open(path, 'a+', 0o600);
  try {
    const text = await handle.readFile('latin1');
    if (holds(text, server, key)) return;
    const line = Buffer.from(lineFor(text, knownHostName(server), key), 'latin1');
    const { bytesWritten } = await handle.write(line);
    if (bytesWritten < line.length) throw Object.assign(new Error('Cut short'), { code: 'ENOSPC' });
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** In a folder that takes no lock file the one write has to do: nobody without that right can replace the file either. */
async function locked(path: string, work: () => Promise<void>): Promise<void> {
  let isBegun = false;
  try {
    await withKnownHostsLock(path, () => {
      isBegun = true;
      return work();
    });
  } catch (error) {
    const takesNone = !isBegun && !(error instanceof LockTaken) && NO_LOCK_HERE.has(systemCauseOf(error));
    if (!takesNone) throw error;
    await work();
  }
}

const NO_LOCK_HERE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'EOPNOTSUPP']);

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
