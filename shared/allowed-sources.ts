import { z } from 'zod';
import { normalizeSource, parseSource } from './source-network.ts';

/** How many addresses and networks one forward can name. */
export const MAX_SOURCES = 50;

/** Longer than any address with a length behind it. */
const MAX_SOURCE_LENGTH = 64;

/** Who may use a forward that others could reach: addresses and networks, each once. Empty or absent: anyone. */
export const allowedSourcesSchema = z
  .array(z.string().max(MAX_SOURCE_LENGTH, 'An address is not that long.').overwrite(normalizeSource))
  .max(MAX_SOURCES, `Name at most ${MAX_SOURCES} addresses or networks.`)
  .refine((sources) => sources.every((source) => parseSource(source) !== null), {
    error: ({ input }) => complaint(input as readonly string[]),
  })
  .overwrite((sources) => [...new Set(sources)]);

/** The addresses and networks of a text in which they stand one a line, or with commas or spaces between them. */
export function splitSources(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}

/** Reads what a person typed: the sources, or what is wrong with them in a sentence. */
export function readSourcesText(
  text: string,
):
  | { readonly ok: true; readonly sources: readonly string[] }
  | { readonly ok: false; readonly error: string } {
  const parsed = allowedSourcesSchema.safeParse(splitSources(text));
  if (parsed.success) return { ok: true, sources: parsed.data };
  return { ok: false, error: parsed.error.issues[0]?.message ?? NEITHER };
}

const NEITHER = 'Enter addresses such as 192.168.1.7, or networks such as 192.168.1.0/24.';

function complaint(sources: readonly string[]): string {
  const wrong = sources.find((source) => parseSource(source) === null) ?? '';
  if (wrong.includes('%')) return `Leave out the zone: ${wrong.slice(0, wrong.indexOf('%'))} is enough.`;
  return `“${wrong}” is neither an address such as 192.168.1.7 nor a network such as 192.168.1.0/24.`;
}
