import { z } from 'zod';

/** Where the listener in the way stands, which may be another address than the wanted one: `*` meets all of them. */
const address = z.string().max(80);

/** Milliseconds since the epoch at which the process started; null where the system does not say. */
const since = z.number().nullable();

/** Who holds a port that one of our forwards wants, as far as this user may see it. */
export const portHolderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('program'),
    name: z.string().max(100),
    pid: z.number().int(),
    since,
    address,
  }),
  /** Another Culvert of this computer. */
  z.object({ kind: z.literal('otherCulvert'), pid: z.number().int(), since, address }),
  /** A process that we may not look into; `user` is whose it is, where the system says. */
  z.object({ kind: z.literal('unseen'), user: z.string().max(100).nullable(), address }),
  /** A forward of one of our own tunnels. */
  z.object({
    kind: z.literal('ourTunnel'),
    tunnelId: z.string(),
    tunnelName: z.string(),
    forwardId: z.string(),
    address,
  }),
  /** The practice server inside this Culvert. */
  z.object({ kind: z.literal('practiceServer'), address }),
]);

export type PortHolder = z.output<typeof portHolderSchema>;
