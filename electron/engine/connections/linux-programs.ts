import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { ConnectionProgram } from '#shared/connection.ts';
import { parsePasswd } from '../listeners/passwd.ts';
import { createSocketProcesses, type SocketProcess } from '../listeners/socket-processes.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { FindPrograms } from './find-programs.ts';
import { findKernelSockets, type KernelSocket } from './kernel-sockets.ts';

/** Where to look and as whom; the defaults are the real ones. */
export interface LinuxProgramsOptions {
  readonly procDir?: string;
  readonly passwdFile?: string;
  readonly now?: () => number;
  readonly uid?: number;
}

/**
 * Finds programs in /proc: one read of the socket tables for all connections, and one walk over the processes. Sockets
 * of other users are not walked for, since the kernel shows their holders to root only; of those the user is told.
 */
export function createLinuxPrograms(options: LinuxProgramsOptions = {}): FindPrograms {
  const { procDir = '/proc', passwdFile = '/etc/passwd', now = Date.now } = options;
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const socketProcesses = createSocketProcesses(procDir, now);
  const maySee = (socket: KernelSocket) => uid === 0 || socket.uid === uid;

  return async (ends, likelyPids) => {
    const [tcp, tcp6, passwd] = await Promise.all(
      [join(procDir, 'net/tcp'), join(procDir, 'net/tcp6'), passwdFile].map(readOrNothing),
    );
    const sockets = findKernelSockets([tcp ?? '', tcp6 ?? ''], ends, endianness());
    const inodes = sockets.flatMap((socket) => (socket && maySee(socket) ? [socket.inode] : []));
    const processes = await socketProcesses.find(new Set(inodes), likelyPids).catch(() => NO_PROCESSES);
    const users = parsePasswd(passwd ?? '');
    return sockets.map((socket): ConnectionProgram => {
      if (socket === null) return { kind: 'unknown' };
      const process = processes.get(socket.inode);
      if (process === undefined) return { kind: 'notVisible', user: users.get(socket.uid) ?? null };
      return { kind: 'found', name: makeServerLineSafe(process.name) || '?', pid: process.pid };
    });
  };
}

const NO_PROCESSES: ReadonlyMap<string, SocketProcess> = new Map();

/** `tcp6` is missing where IPv6 is switched off, and all of it may be out of reach in a sandbox. */
function readOrNothing(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
