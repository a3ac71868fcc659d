import type { Migrations } from './migrate.ts';

/** A piece of a document that could not be understood, as it stood in the file, and why. */
export interface Rejected {
  readonly reason: string;
  readonly original: unknown;
}

/** What became of a document's body: its content with the pieces that had to be left out, or a refusal. */
export type ParsedBody<Content> =
  | { readonly ok: true; readonly content: Content; readonly rejected: readonly Rejected[] }
  | { readonly ok: false; readonly reason: string };

/** One kind of file that Culvert keeps: `{ "version": 1, ...content }`. */
export interface DocumentFormat<Content extends object> {
  /** The file's name without `.json`. */
  readonly name: string;
  /** The version that this Culvert writes. */
  readonly version: number;
  readonly migrations: Migrations;
  /** How many backups are kept; 0 for files that are easily made anew. */
  readonly backups: number;
  /** What a person loses when the file is lost: `3 tunnels`. */
  summary(content: Content): string;
  /**
   * What people call an entry that had to be left out, fit to be shown; null where that cannot be read. Absent where
   * entries have no names.
   */
  nameOf?(entry: unknown): string | null;
  /** The content of a file that is not there yet. */
  empty(): Content;
  /** Checks the body of a document of the present version. */
  parse(body: Readonly<Record<string, unknown>>): ParsedBody<Content>;
}
