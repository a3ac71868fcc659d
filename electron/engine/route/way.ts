import type { ConnectionSettings } from '#shared/connection-settings.ts';
import type { KnownBy } from '#shared/known-by.ts';
import type { Login } from '#shared/login.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import type { Server } from '#shared/server.ts';
import type { ServerTrust } from '../ssh/server-trust.ts';

/** One SSH server of a way, with all that a session to it needs. */
export interface Hop {
  readonly server: Server;
  /** By what `trust` knows it; undefined for the usual files under its own name. */
  readonly knownBy?: KnownBy | undefined;
  readonly login: Login;
  readonly legacyAlgorithms: boolean;
  /** Lends the user's agent to commands on this server: only ever to the last hop (ssh(1), -A). */
  readonly forwardsAgent: boolean;
  readonly connection: ConnectionSettings;
  readonly trust: ServerTrust;
  /** A password that needs no person and no keychain; null for the usual. */
  readonly password: string | null;
  /** Equal for hops that may share a session: all that the user chose about it. */
  readonly identity: string;
}

/** How a tunnel gets from this computer to its server: the server is the last hop, before it the jump hosts. */
export interface Way {
  /** How the first hop is reached; null: directly. */
  readonly proxy: ProxySetting | null;
  readonly hops: readonly [Hop, ...Hop[]];
}

/** The server that a way leads to. */
export function lastHop({ hops }: Way): Hop {
  // There is at least one, which `at` does not know.
  return hops.at(-1) as Hop;
}

/** The way to the last jump host; null where the server is reached without one. */
export function wayBefore({ proxy, hops }: Way): Way | null {
  const [first, ...more] = hops.slice(0, -1);
  return first === undefined ? null : { proxy, hops: [first, ...more] };
}

/** Equal for ways that may share the session at their end. */
export function wayIdentity({ proxy, hops }: Way): string {
  return JSON.stringify([proxy, hops.map(({ identity }) => identity)]);
}
