import { z } from 'zod';
import { MAX_CARRIED_PROFILES } from '../transfer/export-format.ts';
import { hostRefusalSchema } from '../transfer/host-refusal.ts';
import { importChoiceSchema, importOfferSchema } from '../transfer/import-offer.ts';
import { command, nothing } from './command.ts';

/** How profiles leave and come in as files. Which file is chosen in the system's own dialogs. */
export const transferCommands = {
  /** Asks where to, and writes these profiles there; null when the user chose nothing. */
  'transfer.export': command(
    z.object({
      ids: z.array(z.uuid()).min(1).max(MAX_CARRIED_PROFILES),
      /** Those whose command, which can hold a password, goes into the file too. */
      commandsOf: z.array(z.uuid()).max(MAX_CARRIED_PROFILES),
    }),
    z.object({ path: z.string(), count: z.number().int() }).nullable(),
  ),
  /** Asks for a file and reads it, without importing anything; null when the user chose none. The one before is dropped. */
  'transfer.readImport': command(nothing, importOfferSchema.nullable()),
  /** Adds or replaces what was chosen of the file that was read, all of it or none. Starts nothing. */
  'transfer.import': command(
    z.object({ importId: z.uuid(), choices: z.array(importChoiceSchema).min(1).max(MAX_CARRIED_PROFILES) }),
    z.object({ added: z.number().int(), replaced: z.number().int() }),
  ),
  /**
   * Makes a profile of each of these Hosts of the user's ssh configuration, which may follow them, and adds them all. What none can
   * be made of is left out, and told. Starts nothing, and allows no command.
   */
  'transfer.importHosts': command(
    z.object({
      hosts: z.array(z.string().min(1).max(253)).min(1).max(MAX_CARRIED_PROFILES),
      follows: z.boolean(),
    }),
    z.object({ added: z.number().int(), refused: z.array(hostRefusalSchema).max(MAX_CARRIED_PROFILES) }),
  ),
  /** The file is not wanted any more. */
  'transfer.dropImport': command(z.object({ importId: z.uuid() }), nothing),
} as const;
