import { z } from 'zod';

/** Which secret is meant: the key under which it is remembered, never the secret itself. */
export const secretSlotSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), user: z.string(), host: z.string(), port: z.number().int() }),
  z.object({ kind: z.literal('passphrase'), keyFile: z.string() }),
]);

export type SecretSlot = z.output<typeof secretSlotSchema>;

/** A stable text for a slot, fit as a key of a map or a file. */
export function secretSlotKey(slot: SecretSlot): string {
  switch (slot.kind) {
    case 'password':
      return JSON.stringify(['password', slot.user, slot.host.toLowerCase(), slot.port]);
    case 'passphrase':
      return JSON.stringify(['passphrase', slot.keyFile]);
  }
}
