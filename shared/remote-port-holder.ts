import { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { formatDuration } from './format-duration.ts';

const process = z.object({ name: z.string().max(256), pid: z.number().int().min(1) });

/** Who keeps the server from listening for us, as far as a look at the server told. */
export const remotePortHolderSchema = z.discriminatedUnion('kind', [
  /**
   * The server's side of a session of ours that is lost here and has not been noticed there. `pid` is that process,
   * learned while the session lived; `since`: when it was opened, in milliseconds since the epoch.
   */
  z.object({ kind: z.literal('ghost'), pid: z.number().int().min(2), since: z.number() }),
  /** Another tunnel of this Culvert. */
  z.object({ kind: z.literal('ourTunnel'), tunnelId: z.string(), tunnelName: z.string() }),
  /** Somebody of our own account: another session, or a program. */
  z.object({ kind: z.literal('sameAccount'), user: z.string().max(256), process: process.nullable() }),
  z.object({ kind: z.literal('other'), user: z.string().max(256).nullable(), process: process.nullable() }),
  /** Nobody listens there: it is the server's settings that forbid it. */
  z.object({ kind: z.literal('nobody') }),
]);

export type RemotePortHolder = z.output<typeof remotePortHolderSchema>;
export type GhostHolder = Extract<RemotePortHolder, { kind: 'ghost' }>;

/** Who it is, to stand behind "is held by"; null where nobody holds it. `now` in milliseconds since the epoch. */
export function remotePortHolderWords(holder: RemotePortHolder, now: number): string | null {
  switch (holder.kind) {
    case 'ghost':
      return `your own dead session, opened ${formatDuration(Math.max(0, now - holder.since))} ago (process ${holder.pid} there)`;
    case 'ourTunnel':
      return `your tunnel “${holder.tunnelName}”`;
    case 'sameAccount':
      return holder.process
        ? `${holder.process.name} (pid ${holder.process.pid}) of ${holder.user}, your account there`
        : `a session or program of ${holder.user}, your account there`;
    case 'other': {
      const of = holder.user === null ? '' : ` of ${holder.user}`;
      return holder.process
        ? `${holder.process.name} (pid ${holder.process.pid})${of}`
        : `a program${of || ' of somebody else'}`;
    }
    case 'nobody':
      return null;
    default:
      return assertNever(holder);
  }
}
