import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assertNever } from '#shared/assert-never.ts';
import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { DocumentWriter, OpenWriter } from './atomic-writer.ts';
import { Backups } from './backups.ts';
import type { DocumentFormat, Rejected } from './document-format.ts';
import { fileErrorCode, fileErrorWords } from './file-error.ts';
import { moveAside, writeAside } from './keep-aside.ts';
import { leftOutWords } from './left-out.ts';
import { type ReadDocument, readDocument } from './read-document.ts';
import { whyNotWritable } from './writability.ts';

/** Where Culvert keeps its files, and whom it tells about accidents. */
export interface StoragePlace {
  /** The user data folder. */
  readonly folder: string;
  readonly openWriter: OpenWriter;
  /** Called with a sentence or two when something was found wrong and what was done about it. */
  tell(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * One file in the user data folder: loaded, migrated step by step, validated, backed up, written atomically.
 *
 * Nothing is ever wiped. What cannot be understood is kept aside, what cannot be replaced is left alone and
 * its document becomes read-only, and no byte on the disk is overwritten before a backup holds it.
 * Everything is synchronous: the files are small, and a change must not overtake another.
 */
export class StoredDocument<Content extends object> {
  readonly #format: DocumentFormat<Content>;
  readonly #place: StoragePlace;
  readonly #path: string;
  readonly #writer: DocumentWriter;
  readonly #backups: Backups;
  #content: Content;
  /** Why this file is not ours to change in this run, whatever its permissions become. */
  #blocked: string | null = null;

  constructor(format: DocumentFormat<Content>, place: StoragePlace) {
    this.#format = format;
    this.#place = place;
    this.#path = join(place.folder, `${format.name}.json`);
    this.#writer = place.openWriter(this.#path);
    this.#backups = new Backups({ ...place, name: format.name, keep: format.backups, now: place.now });
    this.#content = format.empty();
    this.#load();
  }

  /** What was loaded, or saved last. */
  get content(): Content {
    return this.#content;
  }

  /** Why nothing can be changed now, in a sentence, or null. */
  readOnlyReason(): string | null {
    return this.#blocked ?? whyNotWritable(this.#path);
  }

  /** Saves new content. When that fails, the file, and what is in memory, stay as they were. */
  replace(content: Content): Result<null, CommandError> {
    const reason = this.readOnlyReason();
    if (reason !== null) return fail({ code: 'readOnly', message: `Nothing was changed: ${reason}` });
    try {
      this.#write(content);
    } catch (error) {
      const message = `The change could not be saved: ${fileErrorWords(error)}. ${this.#name} is as it was.`;
      return fail({ code: 'storage', message });
    }
    return succeed(null);
  }

  get #name(): string {
    return basename(this.#path);
  }

  #load(): void {
    let text: string | null;
    try {
      mkdirSync(this.#place.folder, { recursive: true, mode: 0o700 });
      text = this.#textOnDisk();
    } catch (error) {
      // It may be perfectly good: leave it, and show its backup meanwhile.
      this.#leaveAlone(`${this.#name} cannot be read: ${fileErrorWords(error)}.`);
      return;
    }
    if (text === null) this.#restore(null);
    else this.#take(text, readDocument(this.#format, text));
  }

  #take(text: string, read: ReadDocument<Content>): void {
    switch (read.kind) {
      case 'good':
        this.#content = read.content;
        this.#settle(text, read);
        break;
      case 'newer':
        this.#content = read.content;
        this.#block(
          `${this.#name} was written by a newer Culvert (format ${read.version}; this one knows ${this.#format.version}).`,
          'Culvert uses what it understands of it, and changes nothing in it.',
        );
        break;
      case 'corrupt':
        this.#setAside(read.reason);
        break;
      default:
        assertNever(read);
    }
  }

  /** Brings the file on the disk to what was made of it, keeping aside what had to be left out. */
  #settle(text: string, read: ReadDocument<Content> & { readonly kind: 'good' }): void {
    const { rejected, migratedFrom } = read;
    if (whyNotWritable(this.#path) !== null) {
      if (rejected.length > 0)
        this.#block(
          this.#leftOut(rejected),
          'The file still holds all of it; nothing can be changed, so that nothing is lost.',
        );
      return;
    }
    try {
      this.#backups.ensure(text);
      if (rejected.length > 0) {
        const aside = writeAside(this.#path, 'rejected', new Date(this.#place.now()), rejected);
        this.#place.tell(
          `${this.#leftOut(rejected)} Culvert kept what was left out in ${aside}, in ${this.#place.folder}.`,
        );
      }
      if (rejected.length > 0 || migratedFrom !== null) this.#write(read.content);
    } catch (error) {
      this.#block(
        `${this.#name} could not be backed up: ${fileErrorWords(error)}.`,
        'Nothing can be changed until Culvert is started again.',
      );
    }
  }

  #leftOut(rejected: readonly Rejected[]): string {
    const names = rejected.map(({ original }) => this.#format.nameOf?.(original) ?? null);
    return leftOutWords(this.#name, names);
  }

  #setAside(reason: string): void {
    const damage = `${this.#name} was damaged: ${reason}.`;
    const readOnly = whyNotWritable(this.#path);
    if (readOnly !== null) {
      this.#leaveAlone(`${damage} ${readOnly}`);
      return;
    }
    try {
      const aside = moveAside(this.#path, 'corrupt', new Date(this.#place.now()));
      this.#restore(`${damage} Culvert kept it as ${aside}.`);
    } catch (error) {
      this.#leaveAlone(`${damage} It could not be set aside: ${fileErrorWords(error)}.`);
    }
  }

  /** Takes the last good backup in place of a file that was set aside, or that is not there (`why` is null). */
  #restore(why: string | null): void {
    const backup = this.#newestGoodBackup();
    if (!backup) {
      // Without a backup a missing file is nothing but a first start.
      if (why !== null) this.#place.tell(`${why} There was no backup to restore.`);
      return;
    }
    this.#content = backup.content;
    const accident = why ?? `${this.#name} was missing.`;
    const what = `${this.#format.summary(backup.content)} from the backup of ${backup.at.toLocaleString()}`;
    try {
      const readOnly = whyNotWritable(this.#path);
      if (readOnly === null) this.#write(backup.content);
      this.#place.tell(
        readOnly === null
          ? `${accident} Culvert restored ${what}.`
          : `${accident} Culvert shows ${what}. ${readOnly}`,
      );
    } catch (error) {
      this.#place.tell(
        `${accident} Culvert shows ${what}, but could not write the file: ${fileErrorWords(error)}.`,
      );
    }
  }

  #newestGoodBackup(): { readonly content: Content; readonly at: Date } | null {
    for (const { text, at } of this.#backups.newestFirst()) {
      const read = readDocument(this.#format, text);
      if (read.kind === 'good') return { content: read.content, at };
    }
    return null;
  }

  #write(content: Content): void {
    // The file may have been edited by hand meanwhile: whatever it holds, a backup holds it first.
    const before = this.#textOnDisk();
    if (before !== null) this.#backups.ensure(before);
    this.#writer.write({ version: this.#format.version, ...content });
    this.#content = content;
    try {
      const after = this.#textOnDisk();
      if (after !== null) this.#backups.follow(after);
    } catch (error) {
      // The change itself is safe.
      this.#place.tell(`${this.#name} was saved, but not its backup: ${fileErrorWords(error)}.`);
    }
  }

  #textOnDisk(): string | null {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (fileErrorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Shows the last good backup, if there is one, and never touches the file. */
  #leaveAlone(reason: string): void {
    const backup = this.#newestGoodBackup();
    if (backup) this.#content = backup.content;
    this.#block(
      reason,
      backup ? 'Its last backup is shown; nothing can be changed.' : 'Nothing can be changed.',
    );
  }

  #block(reason: string, consequence: string): void {
    this.#blocked = `${reason} ${consequence}`;
    this.#place.tell(this.#blocked);
  }
}
