import { open, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, type Result, succeed } from '#shared/result.ts';

/** A small file. */
export interface FileText {
  /** Its bytes as Latin-1. */
  readonly text: string;
  /** Its permissions, such as 0o600 (chmod(2)). */
  readonly mode: number;
  /** The user that it belongs to. */
  readonly owner: number;
}

/** Why a small file gave no text; `cause` is the code of a system call, `ETIMEDOUT` where none came back in time. */
export type FileFailure =
  | { readonly reason: 'unreadable'; readonly cause: string }
  /** A device or a pipe, which may have no end, or never begin. */
  | { readonly reason: 'notAFile' }
  | { readonly reason: 'tooLarge' };

/**
 * Most reads at a time. Each one that hangs holds one of the four threads that Node has for files and for names of servers (libuv,
 * "Thread pool work scheduling"); the rest must do for everybody else.
 */
const MOST_READS = 3;

/** A share on the other side of the world answers sooner; one that is gone never does. */
const LIMIT_MS = 10_000;

/**
 * Reads small files, some of which may lie on a disk that does not answer: a network share that is gone keeps its reader waiting, for
 * hours or for ever, and nothing can take the thread back. So whoever waits is told in time, a folder has one read at a
 * time, and where one hangs nobody else is sent after it.
 */
export class FileDesk {
  readonly #limitMs: number;
  /** Folders that are read from, and whether somebody has waited for it in vain. */
  readonly #reads = new Map<string, { isSilent: boolean }>();
  readonly #waiting = new Set<() => void>();

  constructor(limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
  }

  /** Never rejects. */
  async read(file: string, maxBytes: number): Promise<Result<FileText, FileFailure>> {
    const deadline = performance.now() + this.#limitMs;
    try {
      const folder = path.dirname(path.resolve(file));
      // A link may lead from a good disk to a dead one.
      const link = await this.#inTurn(folder, deadline, () => readlink(file).catch(() => null));
      const target = link === null ? file : path.resolve(folder, link);
      return await this.#inTurn(path.dirname(path.resolve(target)), deadline, () =>
        readNow(target, maxBytes),
      );
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return fail({ reason: 'unreadable', cause: code ?? 'unknown cause' });
    }
  }

  async #inTurn<Value>(folder: string, deadline: number, work: () => Promise<Value>): Promise<Value> {
    while (this.#reads.has(folder) || this.#reads.size >= MOST_READS) {
      if (this.#reads.get(folder)?.isSilent) throw new NoAnswer();
      await before(deadline, new Promise<void>((resolve) => this.#waiting.add(resolve)));
    }
    const read = { isSilent: false };
    this.#reads.set(folder, read);
    const working = work().finally(() => {
      this.#reads.delete(folder);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const each of waiting) each();
    });
    return before(deadline, working).catch((error: unknown) => {
      read.isSilent = error instanceof NoAnswer;
      throw error;
    });
  }
}

/** The desk that all of this process share, as they share its threads. */
export const fileDesk = new FileDesk();

class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
}

function before<Value>(deadline: number, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), Math.max(0, deadline - performance.now()));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function readNow(file: string, maxBytes: number): Promise<Result<FileText, FileFailure>> {
  const about = await stat(file);
  if (about.isDirectory()) return fail({ reason: 'unreadable', cause: 'EISDIR' });
  if (!about.isFile()) return fail({ reason: 'notAFile' });
  if (about.size > maxBytes) return fail({ reason: 'tooLarge' });
  const handle = await open(file);
  try {
    // What claims to be small need not end (proc(5)).
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > maxBytes) return fail({ reason: 'tooLarge' });
    const text = bytes.toString('latin1', 0, length);
    return succeed({ text, mode: about.mode & 0o7777, owner: about.uid });
  } finally {
    await handle.close();
  }
}
