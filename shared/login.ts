import { z } from 'zod';

const keyFileSchema = z
  .string()
  .trim()
  .min(1, 'Choose a key file.')
  .max(4096, 'That path is too long.')
  .refine((path) => !path.includes('\0'), 'A path cannot contain a NUL character.');

/** Where an agent listens, as a profile names it; see `socket` below. */
export const agentSocketSchema = z
  .string()
  .trim()
  .max(4096, 'That path is too long.')
  .refine((path) => !/\p{Cc}/u.test(path), 'An agent’s socket cannot contain control characters.');

/** One key of an agent, as a profile names it: by its public half, which is no secret. */
export const agentKeyChoiceSchema = z.object({
  type: z.string().regex(/^[\w@.-]{1,100}$/),
  /** The public key or certificate in base64, as it stands in a `.pub` file. */
  publicKey: z
    .string()
    .max(65_536)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/),
  /** What people know it by; the agent's own words, made safe. */
  comment: z.string().max(200).default(''),
});

export type AgentKeyChoice = z.output<typeof agentKeyChoiceSchema>;

/** How to prove to the server who we are. `automatic` tries the agent, then the usual key files, then asks. */
export const loginSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('automatic') }),
  z.object({ method: z.literal('keyFile'), keyFile: keyFileSchema }),
  z.object({
    method: z.literal('agent'),
    /**
     * As ssh_config(5), IdentityAgent, has it: a path with `~` or `${NAME}`, `$NAME`, `SSH_AUTH_SOCK`, `none`, or a Windows
     * pipe; absent or empty: the usual agent.
     */
    socket: agentSocketSchema.optional(),
    /** The only key that is offered (IdentitiesOnly); absent: any that the agent holds. */
    key: agentKeyChoiceSchema.optional(),
  }),
  z.object({ method: z.literal('password') }),
  z.object({ method: z.literal('ask') }),
]);

export type Login = z.output<typeof loginSchema>;
export type LoginMethod = Login['method'];
