import { z } from 'zod';
import type { Result } from './result.ts';

/** Who can reach a listener, judged from its address and this computer's networks (see `describeReach`). */
export const reachSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('thisComputer') }),
  z.object({ kind: z.literal('network'), networks: z.array(z.string().max(80)).min(1).readonly() }),
  z.object({ kind: z.literal('everyone') }),
]);

/** Who can reach a listener. `networks` are in CIDR form (`192.168.1.0/24`), at least one. */
export type Reach = z.infer<typeof reachSchema>;

/**
 * One TCP socket that accepts. `tcp6` also stands for sockets that take IPv4 too, as in netstat.
 * `process` is null when the system does not tell us, which is usual for other people's processes;
 * `owner` is null where the system has no cheap answer (Windows).
 */
export const systemListenerSchema = z.object({
  protocol: z.enum(['tcp', 'tcp6']),
  /** RFC 5952 text, with a zone (`%en0`, `%5`) only where the system names one. */
  address: z.string().max(80),
  port: z.number().int().min(1).max(65535),
  state: z.literal('LISTEN'),
  process: z.object({ name: z.string().max(1024), pid: z.number().int().min(0) }).nullable(),
  owner: z.object({ uid: z.number().int().min(0), user: z.string().max(256).nullable() }).nullable(),
  reach: reachSchema,
  /** Set on the listeners of our own tunnels. */
  ours: z
    .object({
      tunnelId: z.string(),
      tunnelName: z.string(),
      forwardId: z.string(),
      /** On a server: nothing but its port speaks for it, so that it may be another program's. */
      isDoubtful: z.boolean().optional(),
    })
    .nullable(),
});

/** A listener as every view shows it. */
export type SystemListener = Readonly<z.infer<typeof systemListenerSchema>>;

/** A listener as a system tool reports it, before reach and ownership by our tunnels are worked out. */
export type FoundListener = Omit<SystemListener, 'reach' | 'ours'>;

/**
 * Why the listeners could not be read. `detail` is for the log and the "details" of the message:
 * the tool and what it said.
 */
export interface ListListenersError {
  readonly code: 'unsupportedPlatform' | 'toolMissing' | 'toolTimedOut' | 'toolFailed' | 'unreadable';
  readonly detail: string;
}

/** What a look at the listeners gives: all of them, or the reason why none can be told. */
export type ListenersResult<Listener = SystemListener> = Result<readonly Listener[], ListListenersError>;
