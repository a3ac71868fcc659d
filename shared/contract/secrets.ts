import { z } from 'zod';
import { secretSlotSchema } from '../secret-slot.ts';
import { command, nothing } from './command.ts';

/** What can be done about secrets that the keychain keeps. None of these ever gives one. */
export const secretCommands = {
  /** Which there are. `isReadable` is false where the keychain did not open it when that was tried last. */
  'secrets.list': command(
    nothing,
    z.object({ secrets: z.array(z.object({ slot: secretSlotSchema, isReadable: z.boolean() })) }),
  ),
  /** Forgets one everywhere. One that is gone already is no error. */
  'secrets.forget': command(z.object({ slot: secretSlotSchema }), nothing),
} as const;
