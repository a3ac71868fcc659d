import type { z } from 'zod';
import type { DocumentFormat } from './document-format.ts';

/** The format of a small file that is right as a whole or not at all. */
export function objectFormat<Content extends object>(options: {
  readonly name: string;
  readonly summary: string;
  readonly schema: z.ZodType<Content>;
  readonly empty: Content;
}): DocumentFormat<Content> {
  return {
    name: options.name,
    version: 1,
    migrations: {},
    backups: 0,
    summary: () => options.summary,
    empty: () => options.empty,
    parse(body) {
      const parsed = options.schema.safeParse(body);
      return parsed.success
        ? { ok: true, content: parsed.data, rejected: [] }
        : { ok: false, reason: 'something in it was not as expected' };
    },
  };
}
