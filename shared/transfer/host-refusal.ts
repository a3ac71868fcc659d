import { z } from 'zod';

/** A Host of ssh_config(5) that no profile can be made of, and why, in a sentence. */
export const hostRefusalSchema = z.object({ host: z.string().max(253), problem: z.string().max(2000) });

export type HostRefusal = z.output<typeof hostRefusalSchema>;
