import { z } from 'zod';
import { agentSocketSchema } from '../login.ts';
import { command } from './command.ts';

/** One line of `authorized_keys` without options (sshd(8)): type, key in base64, and perhaps a comment. */
export const publicKeyLineSchema = z
  .string()
  .max(66_000)
  .regex(
    /^[\w@.-]{1,100} [A-Za-z0-9+/]+={0,2}(?: [^\p{Cc}\p{Cf}\u2028\u2029]*)?$/u,
    'That is not a public key.',
  );

/** A public key of the user's own. */
export const ownPublicKeySchema = z.object({
  line: publicKeyLineSchema,
  /** The file that it stands in; null for one that the agent holds. */
  file: z.string().nullable(),
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  fingerprint: z.string(),
});

export type OwnPublicKey = z.output<typeof ownPublicKeySchema>;

/** A file or folder for which sshd may pass the account's keys over (sshd_config(5), StrictModes). */
export const loosePlaceSchema = z.object({
  /** `~`, `~/.ssh` or `~/.ssh/authorized_keys`. */
  place: z.string().max(40),
  why: z.enum(['notOwner', 'othersMayWrite', 'groupMayWrite']),
});

export type LoosePlace = z.output<typeof loosePlaceSchema>;

/** What became of a public key. Only a login tells whether it opens the account. */
export const installedKeySchema = z.object({
  outcome: z.enum(['added', 'present']),
  /** The line that held the key already, as it is; null where it was added. */
  line: z.string().max(8_000).nullable(),
  /** What stands in front of the key there, such as `from="10.0.0.1"`; empty if nothing does. */
  options: z.string().max(8_000),
  loose: z.array(loosePlaceSchema).max(3),
});

export type InstalledKey = z.output<typeof installedKeySchema>;

/** What ssh-copy-id does. */
export const publicKeyCommands = {
  /** The user's own public keys: `~/.ssh/*.pub`, and those of the agent that `socket` names (empty: the usual one), each once. */
  'publicKeys.list': command(
    z.object({ socket: agentSocketSchema }),
    z.object({ keys: z.array(ownPublicKeySchema).max(500) }),
  ),
  /**
   * Adds exactly this line to `~/.ssh/authorized_keys` on the server of an open tunnel, unless sshd finds the key there. Refused with
   * `notNow` while it is not open, with `unavailable` and the reason where the server does not do it.
   */
  'publicKeys.install': command(z.object({ id: z.uuid(), line: publicKeyLineSchema }), installedKeySchema),
} as const;
