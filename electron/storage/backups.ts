import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from './atomic-writer.ts';
import { fileErrorCode } from './file-error.ts';

/** A backup as found on the disk. */
export interface Backup {
  readonly path: string;
  readonly text: string;
  /** When it was written. */
  readonly at: Date;
}

/** How long one backup follows the file before the next is begun, so that an older state stays behind. */
const FOLLOW_MS = 60 * 60 * 1000;

/**
 * The last few states of one file, as `backups/NAME-1.json`, `NAME-2.json` and so on: numbers, because a
 * clock can be set back. The newest one follows every saved change, so that a file damaged later costs
 * nothing; a run of Culvert, and every hour of it that changes something, begins a new one.
 */
export class Backups {
  readonly #folder: string;
  readonly #name: string;
  readonly #keep: number;
  readonly #now: () => number;
  #following: { readonly path: string; readonly since: number } | null = null;

  /** `keep` 0 means that nothing is ever backed up. */
  constructor(options: {
    readonly folder: string;
    readonly name: string;
    readonly keep: number;
    readonly now: () => number;
  }) {
    this.#folder = join(options.folder, 'backups');
    this.#name = options.name;
    this.#keep = options.keep;
    this.#now = options.now;
  }

  /** Every backup that can be read, newest first. */
  *newestFirst(): Generator<Backup> {
    for (const number of this.#numbers()) {
      const path = this.#path(number);
      try {
        yield { path, text: readFileSync(path, 'utf8'), at: statSync(path).mtime };
      } catch {
        // One that cannot be read is no backup; an older one may be.
      }
    }
  }

  /** Makes sure that the newest backup holds this text. Throws the file system's error. */
  ensure(text: string): void {
    if (this.#keep === 0) return;
    const [newest] = this.newestFirst();
    if (newest?.text !== text) this.#add(text);
  }

  /** Takes a saved change on. Throws the file system's error. */
  follow(text: string): void {
    if (this.#keep === 0) return;
    const [newest] = this.newestFirst();
    if (newest?.text === text) return;
    const following = this.#following;
    const mayFollow = newest?.path === following?.path && following !== null;
    if (mayFollow && this.#now() - following.since < FOLLOW_MS) writeTextAtomically(following.path, text);
    else this.#following = { path: this.#add(text), since: this.#now() };
  }

  #add(text: string): string {
    const numbers = this.#numbers();
    const path = this.#path((numbers[0] ?? 0) + 1);
    writeTextAtomically(path, text);
    for (const old of numbers.slice(this.#keep - 1)) rmSync(this.#path(old), { force: true });
    return path;
  }

  #path(number: number): string {
    return join(this.#folder, `${this.#name}-${number}.json`);
  }

  /** The numbers in use, highest first. */
  #numbers(): readonly number[] {
    try {
      return readdirSync(this.#folder)
        .filter((file) => file.startsWith(`${this.#name}-`) && file.endsWith('.json'))
        .map((file) => file.slice(this.#name.length + 1, -'.json'.length))
        .filter((digits) => /^[1-9]\d{0,14}$/.test(digits))
        .map(Number)
        .sort((a, b) => b - a);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(fileErrorCode(error))) return [];
      throw error;
    }
  }
}
