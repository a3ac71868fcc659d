import { z } from 'zod';

const keyFileSchema = z
  .string()
  .trim()
  .min(1, 'Choose a key file.')
  .max(4096, 'That path is too long.')
  .refine((path) => !path.includes('\0'), 'A path cannot contain a NUL character.');

/** How to prove to the server who we are. `automatic` tries the agent, then the usual key files, then asks. */
export const loginSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('automatic') }),
  z.object({ method: z.literal('keyFile'), keyFile: keyFileSchema }),
  z.object({ method: z.literal('agent') }),
  z.object({ method: z.literal('password') }),
  z.object({ method: z.literal('ask') }),
]);

export type Login = z.output<typeof loginSchema>;
export type LoginMethod = Login['method'];
