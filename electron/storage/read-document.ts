import type { DocumentFormat, Rejected } from './document-format.ts';
import { type JsonObject, migrate } from './migrate.ts';

/** What a file's text turned out to be. Reasons never quote the text, which may hold anything. */
export type ReadDocument<Content> =
  | {
      readonly kind: 'good';
      readonly content: Content;
      readonly rejected: readonly Rejected[];
      /** The version it had, if it was an older one. */
      readonly migratedFrom: number | null;
    }
  /** Written by a newer Culvert; the content is what this one understands of it. */
  | { readonly kind: 'newer'; readonly version: number; readonly content: Content }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** Reads a document: parse, look at its version, migrate step by step, validate. */
export function readDocument<Content extends object>(
  format: DocumentFormat<Content>,
  text: string,
): ReadDocument<Content> {
  const document = parseObject(text);
  if (typeof document === 'string') return { kind: 'corrupt', reason: document };
  const { version } = document;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    return { kind: 'corrupt', reason: 'it has no version number' };
  }
  if (version > format.version) {
    const parsed = format.parse(bodyOf(document));
    return { kind: 'newer', version, content: parsed.ok ? parsed.content : format.empty() };
  }
  const migrated = migrate(document, version, format.version, format.migrations);
  if (!migrated.ok) return { kind: 'corrupt', reason: migrated.reason };
  const parsed = format.parse(bodyOf(migrated.document));
  if (!parsed.ok) return { kind: 'corrupt', reason: parsed.reason };
  const migratedFrom = version === format.version ? null : version;
  return { kind: 'good', content: parsed.content, rejected: parsed.rejected, migratedFrom };
}

/** The object in the text, or the reason why there is none. */
function parseObject(text: string): JsonObject | string {
  // Editors on Windows like to put a byte order mark first.
  const json = text.replace(/^\ufeff/, '');
  if (json.trim() === '') return 'it was empty';
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : 'it did not hold an object';
  } catch {
    return 'it was not valid JSON';
  }
}

function bodyOf({ version: _version, ...body }: JsonObject): JsonObject {
  return body;
}
