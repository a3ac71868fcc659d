import { readHost } from '#shared/endpoint.ts';
import { findRival } from '#shared/port-rival.ts';
import type { Profile } from '#shared/profile.ts';
import type { ForwardDraft } from './draft.ts';
import { readPort } from './read-port.ts';

/** The name of another saved tunnel that wants the port which is being typed; undefined if there is none. */
export function rivalOf(
  { kind, enabled, bindAddress, bindPort }: ForwardDraft,
  profiles: readonly Profile[],
  ownId: string,
): string | undefined {
  const port = readPort(bindPort);
  if (!enabled || Number.isNaN(port)) return undefined;
  return findRival({ kind, bind: { address: readHost(bindAddress), port } }, profiles, ownId)?.name;
}
