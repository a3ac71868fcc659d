import { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { type KnownBy, knownBySchema } from './known-by.ts';
import type { Prompt } from './prompt.ts';
import { proxyKindSchema } from './proxy.ts';
import type { Server } from './server.ts';

/** Which secret is meant: the key under which it is remembered, never the secret itself. */
export const secretSlotSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('password'),
    user: z.string(),
    host: z.string(),
    port: z.number().int(),
    /** A server of this name that is known otherwise may be another computer (HostKeyAlias). */
    knownBy: knownBySchema.optional(),
  }),
  z.object({ kind: z.literal('passphrase'), keyFile: z.string() }),
  /** Never the same as an account's: a proxy gets it in clear, and proves nothing before. */
  z.object({
    kind: z.literal('proxyPassword'),
    proxy: proxyKindSchema,
    user: z.string(),
    host: z.string(),
    port: z.number().int(),
  }),
]);

export type SecretSlot = z.output<typeof secretSlotSchema>;

/** A stable text for a slot, fit as a key of a map or a file. */
export function secretSlotKey(slot: SecretSlot): string {
  switch (slot.kind) {
    case 'password':
      return JSON.stringify([
        'password',
        slot.user,
        slot.host.toLowerCase(),
        slot.port,
        ...(slot.knownBy ? [slot.knownBy] : []),
      ]);
    case 'passphrase':
      return JSON.stringify(['passphrase', slot.keyFile]);
    case 'proxyPassword':
      return JSON.stringify(['proxyPassword', slot.user, slot.host.toLowerCase(), slot.port, slot.proxy]);
  }
}

/** For the password of an account on a server. */
export function accountSlot(
  { user, host, port }: Server,
  knownBy: KnownBy | undefined,
): Extract<SecretSlot, { kind: 'password' }> {
  return { kind: 'password', user, host, port, ...(knownBy && { knownBy }) };
}

/** The slot of such a text; null for what none of ours writes. */
export function readSecretSlotKey(key: string): SecretSlot | null {
  try {
    const [kind, ...rest] = z.array(z.unknown()).parse(JSON.parse(key));
    const [userOrFile, host, port, last] = rest;
    const fields = { kind, user: userOrFile, keyFile: userOrFile, host, port, proxy: last, knownBy: last };
    const parsed = secretSlotSchema.safeParse(fields);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * Which secret a prompt asks for; null for what is never kept: a trusted key stands in known_hosts, and an
 * answer to the server's own questions may be good only once.
 */
export function slotOf(prompt: Prompt): SecretSlot | null {
  switch (prompt.kind) {
    case 'password':
    // What is typed takes the old one's place.
    case 'newPassword':
      return accountSlot(prompt, prompt.knownBy);
    case 'passphrase':
      return { kind: 'passphrase', keyFile: prompt.keyFile };
    case 'proxyPassword': {
      const { kind, proxy, user, host, port } = prompt;
      return { kind, proxy, user, host, port };
    }
    case 'unknownHostKey':
    case 'questions':
      return null;
    default:
      return assertNever(prompt);
  }
}
