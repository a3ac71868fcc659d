import { readFile } from 'node:fs/promises';
import type { NetConnectOpts } from 'node:net';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';

/** A display as `DISPLAY` names it: where its server listens, and which screen is meant. */
export interface XDisplay {
  readonly address: NetConnectOpts;
  readonly host: string;
  readonly number: string;
  readonly screen: number;
}

/** Reads `[host]:number[.screen]` (X(7), "Display names"); null when it is something else, or empty. */
export function parseDisplay(display: string | undefined): XDisplay | null {
  const match = /^(?:unix|(?<host>[^/]*)):(?<number>\d{1,5})(?:\.(?<screen>\d{1,3}))?$/.exec(display ?? '');
  if (!match?.groups) return null;
  const { host = '', number = '', screen = '0' } = match.groups;
  const address =
    host === '' ? { path: `/tmp/.X11-unix/X${number}` } : { host, port: 6000 + Number.parseInt(number, 10) };
  return { address, host, number, screen: Number.parseInt(screen, 10) };
}

/** The user's key to a display, from the Xauthority file; null where there is none, or where none is needed. */
export async function findCookie(env: NodeJS.ProcessEnv, display: XDisplay): Promise<Buffer | null> {
  const path = env.XAUTHORITY || join(env.HOME || homedir(), '.Xauthority');
  const file = await readFile(path).catch(() => null);
  return file === null ? null : cookieFor(file, display, hostname());
}

/** The cookie for a display in an Xauthority file's bytes (libXau, Xauth.h). */
export function cookieFor(file: Buffer, display: XDisplay, thisHost: string): Buffer | null {
  for (const entry of readEntries(file)) {
    if (entry.name !== COOKIE || (entry.number !== '' && entry.number !== display.number)) continue;
    // An entry for an internet address is of no use to the local socket; trying it costs nothing elsewhere.
    const isForHost =
      entry.family === FAMILY_WILD ||
      (entry.family === FAMILY_LOCAL
        ? display.host === '' && entry.address === thisHost
        : display.host !== '');
    if (isForHost) return entry.data;
  }
  return null;
}

/** The one authorization protocol that is in use. */
export const COOKIE = 'MIT-MAGIC-COOKIE-1';

const FAMILY_LOCAL = 256;
const FAMILY_WILD = 65535;

interface XauthorityEntry {
  readonly family: number;
  readonly address: string;
  readonly number: string;
  readonly name: string;
  readonly data: Buffer;
}

/** Entries are a family and four counted fields, all big-endian; a cut-off one ends the list. */
function readEntries(file: Buffer): readonly XauthorityEntry[] {
  const entries: XauthorityEntry[] = [];
  let at = 0;
  const field = () => {
    if (at + 2 > file.length) return null;
    const end = at + 2 + file.readUInt16BE(at);
    if (end > file.length) return null;
    const bytes = file.subarray(at + 2, end);
    at = end;
    return bytes;
  };
  while (at + 2 <= file.length) {
    const family = file.readUInt16BE(at);
    at += 2;
    const [address, number, name, data] = [field(), field(), field(), field()];
    if (!address || !number || !name || !data) break;
    entries.push({
      family,
      address: address.toString('latin1'),
      number: number.toString('latin1'),
      name: name.toString('latin1'),
      data,
    });
  }
  return entries;
}
