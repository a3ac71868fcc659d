import type { Profile } from '#shared/profile.ts';

/** Claims that both profiles lead to their server in the same way and log in alike: a session of one serves the other. */
export function isSameWay(a: Profile, b: Profile): boolean {
  return JSON.stringify(wayFields(a)) === JSON.stringify(wayFields(b));
}

/** All of a profile that its session, or the way there, depends on. */
function wayFields(profile: Profile): readonly unknown[] {
  const { server, login, hostKeys, connection, jumpHosts, proxy, legacyAlgorithms, practice } = profile;
  const { forwardsAgent = false } = profile;
  return [server, login, hostKeys, connection, jumpHosts, proxy, legacyAlgorithms, forwardsAgent, practice];
}
