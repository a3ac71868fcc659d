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

/** More than this many key files, and no server would hear of the last. */
export const MAX_MORE_KEY_FILES = 99;

/** How keys are used, where not as Culvert does by itself; see `electron/engine/ssh/login-identities.ts`. */
const keyUse = {
  /** The agent, as below; absent: the usual one. */
  socket: agentSocketSchema.optional(),
  /**
   * Which keys of the agent are offered: `all`, or only those `listed` among the key files (ssh_config(5), IdentitiesOnly).
   * Absent: `all` with `automatic`, `listed` with `keyFile`.
   */
  agentKeys: z.enum(['all', 'listed']).optional(),
  /** Certificates that are offered first (CertificateFile); absent: those beside the key files. */
  certificateFiles: z.array(keyFileSchema).max(100, 'There are more than 100 certificates.').optional(),
  /**
   * What follows when no key is taken: `ask` for a password or the server's answers as ssh does, or `fail`, and answer
   * nothing whatever the server asks. Absent: `ask` with `automatic`; with `keyFile` only what the server wants beside the key.
   */
  afterKeys: z.enum(['ask', 'fail']).optional(),
};

/** How to prove to the server who we are. `automatic` tries the agent, then the usual key files, then asks. */
export const loginSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('automatic'), ...keyUse }),
  z.object({
    method: z.literal('keyFile'),
    keyFile: keyFileSchema,
    /** Those tried after it, in order; one that is missing is passed over. */
    moreKeyFiles: z
      .array(keyFileSchema)
      .max(MAX_MORE_KEY_FILES, `There are more than ${MAX_MORE_KEY_FILES + 1} key files.`)
      .optional(),
    ...keyUse,
  }),
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

/** How keys are used by a login that tries several. */
export type KeyUse = Pick<
  Extract<Login, { method: 'automatic' }>,
  'socket' | 'agentKeys' | 'certificateFiles' | 'afterKeys'
>;
