import type { Profile } from '#shared/profile.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import type { JumpPool } from './route/jump-pool.ts';
import type { Way } from './route/way.ts';
import type { SecretTurns } from './secret-turns.ts';
import type { SessionTimings } from './ssh/session.ts';

/** Time limits of a tunnel, in milliseconds. */
export interface TunnelTimings extends SessionTimings {
  /** How long a tunnel must be open for its attempts to start over. */
  readonly stableMs: number;
  /** Between two askings for a remote port that is still held by our own dead session. */
  readonly remoteRetryMs: number;
  /** Between two tries of a local port that is in use. */
  readonly localRetryMs: number;
}

/** What a tunnel needs of the engine. */
export interface TunnelWorld {
  readonly timings: TunnelTimings;
  /** Whether transient failures lead to another attempt. */
  readonly retries: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  random(): number;
  /** The way to this profile's server now. */
  way(profile: Profile): Way;
  /** Shared by all tunnels. */
  readonly jumps: JumpPool;
  /** Shared by all tunnels. */
  readonly secretTurns: SecretTurns;
  findSecret(slot: SecretSlot): Promise<string | null>;
  secretAccepted(slot: SecretSlot, replaces?: boolean): void;
  secretRefused(slot: SecretSlot): void;
  /** Looks at this tunnel's server, the forwards of all tunnels marked; null while it is not open. */
  lookAtServer(): Promise<ServerLook | null>;
  /** Finds out why a local port could not be bound. */
  diagnoseBind(error: TunnelError): Promise<TunnelError>;
  /** What of ours, beside this forward's own hop, listens on this port of the tunnel's server. */
  oursOnServer(forwardId: string, port: number): string | null;
  /** A local port of one of our forwards is free again. */
  portReleased(): void;
  changed(snapshot: TunnelSnapshot): void;
}
