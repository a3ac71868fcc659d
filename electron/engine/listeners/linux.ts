import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { FoundListener, ListenersResult } from '#shared/listener.ts';
import { fail, succeed } from '#shared/result.ts';
import { parsePasswd } from './passwd.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import { createSocketProcesses } from './socket-processes.ts';

/** Where to look; the defaults are the real places. */
export interface LinuxPlaces {
  readonly procDir?: string;
  readonly passwdFile?: string;
  readonly now?: () => number;
}

/**
 * Makes a function that reads the TCP listeners of this network namespace from /proc. Keep it between
 * polls: it remembers which process holds which socket. Other users' processes stay unknown
 * to an ordinary user; the owner's name is always told.
 */
export function createLinuxReader(places: LinuxPlaces = {}): () => Promise<ListenersResult<FoundListener>> {
  const { procDir = '/proc', passwdFile = '/etc/passwd', now = Date.now } = places;
  const socketProcesses = createSocketProcesses(procDir, now);
  const netDir = join(procDir, 'net');

  return async () => {
    try {
      const [tcp, tcp6, passwd] = await Promise.all([
        readFile(join(netDir, 'tcp'), 'utf8'),
        readIfThere(join(netDir, 'tcp6')),
        readIfThere(passwdFile),
      ]);
      const sockets = [tcp, tcp6].flatMap((text) => parseProcNetTcp(text, endianness()));
      const processes = await socketProcesses.find(new Set(sockets.map(({ inode }) => inode)));
      const users = parsePasswd(passwd);
      return succeed(
        sockets.map(({ protocol, address, port, uid, inode }) => ({
          protocol,
          address,
          port,
          state: 'LISTEN' as const,
          process: processes.get(inode) ?? null,
          owner: { uid, user: users.get(uid) ?? null },
        })),
      );
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return fail({ code: 'unreadable', detail: error.message });
    }
  };
}

/** `tcp6` is missing where IPv6 is switched off, `/etc/passwd` in some containers. */
async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return '';
    throw error;
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
