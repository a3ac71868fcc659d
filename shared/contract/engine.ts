import { z } from 'zod';
import { practiceIdentitySchema } from '../practice.ts';
import { bindAddressSchema, profileSchema } from '../profile.ts';
import { promptAnswerSchema } from '../prompt.ts';
import { secretSlotSchema } from '../secret-slot.ts';
import { portSchema } from '../server.ts';
import { command, nothing } from './command.ts';
import { passedOnCommands } from './passed-on.ts';
import { tunnelEvents } from './tunnels.ts';

const tunnelId = z.object({ id: z.string() });

/** What main asks of the engine. */
export const engineCommands = {
  'engine.start': command(z.object({ profile: profileSchema }), nothing),
  'engine.stop': command(tunnelId, nothing),
  /** The profile was edited: apply what can be applied, reconnect where it must be. */
  'engine.update': command(z.object({ profile: profileSchema }), nothing),
  /** Stops the tunnel and forgets it. */
  'engine.remove': command(tunnelId, nothing),
  /** See `login.check`; the id is chosen by main. */
  'engine.check': command(z.object({ checkId: z.string(), profile: profileSchema }), nothing),
  'engine.answer': command(
    z.object({ tunnelId: z.string(), promptId: z.string(), answer: promptAnswerSchema }),
    nothing,
  ),
  /** The computer woke up or its network changed: whoever waits tries at once, whoever is open makes sure. */
  'engine.wake': command(nothing, nothing),
  /** Answers at once: main asks every second, and so notices an engine that hangs. */
  'engine.pulse': command(nothing, nothing),
  /**
   * Starts the practice server, once, as whom it was before or, for null, as somebody new; gives the
   * identity to keep and the port that it got.
   */
  'engine.startPractice': command(
    z.object({ identity: practiceIdentitySchema.nullable(), preferredPort: z.number().int().nullable() }),
    z.object({ identity: practiceIdentitySchema, port: z.number().int() }),
  ),
  /**
   * The next port from `from` on that can be bound here at that address and is not to be avoided, found by binding
   * it; null if there is none.
   */
  'ports.findFree': command(
    z.object({
      address: bindAddressSchema,
      from: portSchema,
      avoid: z.array(z.number().int()).max(65535),
    }),
    z.object({ port: portSchema.nullable() }),
  ),
  /** Closes every tunnel; answers when all sockets are really closed. */
  'engine.shutDown': command(nothing, nothing),
  ...passedOnCommands,
} as const;

/** What the engine asks of main. */
export const engineRequests = {
  /** A secret that the user gave earlier in this run, or that the keychain holds; null if there is none. */
  'secrets.find': command(z.object({ slot: secretSlotSchema }), z.string().nullable()),
} as const;

/** What the engine tells main. */
export const engineEvents = {
  ...tunnelEvents,
  /** The server (or the key) took the secret: keep it for this run, and in the keychain if the user ticked so. */
  'secret.accepted': z.object({
    slot: secretSlotSchema,
    /** It is a new one: what was kept before is good for nothing any more. */
    replaces: z.boolean().optional(),
  }),
  /** It did not: forget it everywhere. */
  'secret.refused': z.object({ slot: secretSlotSchema }),
  /** A server has proved that it holds the host key by which it is known under that name. */
  'hostKey.proved': z.object({ knownAs: z.string().max(300), fingerprint: z.string().max(100) }),
  /** A key that is trusted could not be added to the file of known hosts; `cause` as for `describeSystemCause`. */
  'hostKey.notWritten': z.object({
    knownAs: z.string().max(300),
    file: z.string().max(4096),
    cause: z.string().max(300),
  }),
  /** The programs that are ways to servers now, each the leader of a process group: whoever outlives the engine ends them. */
  'programs.changed': z.object({ leaders: z.array(z.number().int().positive()).max(1000) }),
  /** A line for the log; the engine never puts a secret in it. */
  'engine.logged': z.object({ level: z.enum(['info', 'warning', 'error']), message: z.string() }),
} as const;
