import { z } from 'zod';
import { command } from './command.ts';

/** What can be done about host keys. The engine has the files. */
export const hostKeyCommands = {
  /**
   * Takes one line out of a list of known hosts and gives the path of the file as it was. Only a line that stood against a
   * key which a server showed in this run, and that is still the same; refused with `notNow` otherwise.
   */
  'hostKeys.removeLine': command(
    z.object({
      file: z.string().min(1).max(4096),
      line: z.number().int().min(1),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    z.object({ backup: z.string() }),
  ),
} as const;

/** What can be asked about host keys of before. Culvert keeps this itself, in its own user data. */
export const hostKeySightingCommands = {
  /** When a server known by this name last proved to Culvert that it holds this key, in milliseconds since the epoch; null: never. */
  'hostKeys.lastProved': command(
    z.object({ knownAs: z.string().max(300), fingerprint: z.string().max(100) }),
    z.object({ at: z.number().nullable() }),
  ),
} as const;
