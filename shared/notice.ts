import { z } from 'zod';

/** Something the user is told once, outside any card: a file restored from backup, the engine restarted. */
export const noticeSchema = z.object({
  id: z.string(),
  tone: z.enum(['info', 'warning']),
  /** One or two plain sentences: what happened, what was done about it. */
  text: z.string(),
});

export type Notice = z.output<typeof noticeSchema>;
