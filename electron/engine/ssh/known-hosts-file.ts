import { constants, type Stats } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type KnownHostEntry, lookUpHost } from './known-hosts.ts';
import { isWholePath, type KnownHostsPaths } from './known-hosts-paths.ts';

/** The text of one file, one character a byte; empty for a file that is not there. */
export interface KnownHostsFile {
  readonly path: string;
  readonly text: string;
}

type Unreadable = Extract<TunnelError, { code: 'knownHostsUnreadable' }>;

/**
 * Reads all the files. One that is missing is empty; one that is there and cannot be read fails the whole,
 * since it may hold the line that revokes a key. OpenSSH passes over such a file without a word.
 */
export async function readKnownHosts({
  userFiles,
  globalFiles,
}: KnownHostsPaths): Promise<Result<readonly KnownHostsFile[], Unreadable>> {
  const files: KnownHostsFile[] = [];
  for (const path of [...userFiles, ...globalFiles]) {
    const unreadable = (cause: string) => fail({ code: 'knownHostsUnreadable', file: path, cause } as const);
    if (!isWholePath(path)) return unreadable('its path does not begin with / or ~');
    try {
      const text = await readText(path);
      if (text === undefined) return unreadable(NOT_A_FILE);
      files.push({ path, text });
    } catch (error) {
      return unreadable(systemCauseOf(error));
    }
  }
  return succeed(files);
}

/** The lines about a server in all files, in their order. */
export function lookUpInFiles(files: readonly KnownHostsFile[], server: Endpoint): KnownHostEntry[] {
  return files.flatMap(({ path, text }) => lookUpHost(text, server, path));
}

/**
 * Claims that a line can be taken out of a file: its folder takes a new file in its place, and the file is the user's own
 * to write.
 */
export async function canRewrite(path: string): Promise<boolean> {
  try {
    const real = await realpath(path);
    await access(real, constants.W_OK);
    await access(dirname(real), constants.W_OK);
    const { uid } = await stat(real);
    const ourUid = process.geteuid?.();
    // Only root can give the new file to another owner.
    return ourUid === undefined || ourUid === 0 || uid === ourUid;
  } catch {
    return false;
  }
}

export const NOT_A_FILE = 'it is not a regular file';

/** The code that the system gave (`EACCES`, `ENOSPC`); an error without one is a bug and is thrown on. */
export function systemCauseOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

/** Undefined for what is neither a file nor a device. */
async function readText(path: string): Promise<string | undefined> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    if (systemCauseOf(error) === 'ENOENT') return '';
    throw error;
  }
  // People name /dev/null, or link the file to it, to switch it off.
  if (stats.isCharacterDevice()) return '';
  // Opening a pipe would wait for a writer for ever.
  return stats.isFile() ? readFile(path, 'latin1') : undefined;
}
