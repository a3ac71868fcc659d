import type { JumpHost } from '#shared/jump-host.ts';
import { knownByOf } from '#shared/known-by.ts';
import type { Profile } from '#shared/profile.ts';
import { type TrustWorld, trustKnownHosts } from '../ssh/server-trust.ts';
import type { Hop, Way } from './way.ts';

/** The way that a profile describes; each server on it is trusted by the known_hosts files as they are when it is met. */
export function wayOfProfile(profile: Profile, world: TrustWorld): Way {
  const { jumpHosts = [], proxy = null } = profile;
  const { forwardsAgent = false } = profile;
  const last: Hop = { ...hopOf(profile, world), forwardsAgent };
  const [first, ...more] = jumpHosts.map((jumpHost) => hopOf(jumpHost, world));
  return { proxy, hops: first === undefined ? [last] : [first, ...more, last] };
}

/** A session that another profile opened serves this one too only where every choice about it is the same. */
function hopOf(settings: JumpHost, world: TrustWorld): Hop {
  const { server, login, hostKeys, connection = {}, legacyAlgorithms } = settings;
  return {
    server,
    knownBy: knownByOf(hostKeys),
    login,
    legacyAlgorithms,
    forwardsAgent: false,
    connection,
    trust: trustKnownHosts({ host: server.host, port: server.port }, hostKeys ?? {}, world),
    password: null,
    identity: JSON.stringify([server, login, hostKeys ?? null, connection, legacyAlgorithms]),
  };
}
