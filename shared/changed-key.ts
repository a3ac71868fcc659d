import { z } from 'zod';

/** A line of known_hosts that speaks for a server and has another key than the server shows. */
const lineInTheWaySchema = z.object({
  keyType: z.string(),
  fingerprint: z.string(),
  /** The key's picture, as `ssh -o VisualHostKey=yes` draws it. */
  randomart: z.string(),
  file: z.string(),
  /** Counted from 1. */
  line: z.number().int(),
  /** The line itself, made safe to show, cut if it is very long. */
  text: z.string(),
  /** SHA-256 of the line's bytes, in hex: what tells it from any other that may come to stand there. */
  digest: z.string(),
  /** Culvert can take the line out. */
  isRewritable: z.boolean(),
  /** It has patterns or further names, so it may speak for other servers, too. */
  isForOthers: z.boolean(),
});

export type LineInTheWay = z.output<typeof lineInTheWaySchema>;

/** What is known when a server shows another key than the one on file, beside its host and port. */
export const changedKeyFields = {
  /** The name under which the profile looks the server up (HostKeyAlias); null: its own. */
  alias: z.string().nullable(),
  /** The address that the key came from; null where it is not known, such as behind a jump host. */
  address: z.string().nullable(),
  /** The name that stands in known_hosts: the alias, the host, or `[host]:port`. */
  knownAs: z.string(),
  keyType: z.string(),
  fingerprint: z.string(),
  randomart: z.string(),
  known: z.array(lineInTheWaySchema),
};
