import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import type { Result } from '#shared/result.ts';
import { profileOfHost } from '#shared/transfer/host-profile.ts';
import type { HostRefusal } from '#shared/transfer/host-refusal.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { freeName } from './free-name.ts';

interface HostImportWorld {
  readonly engine: Pick<EngineKeeper, 'call'>;
  readonly profiles: Pick<ProfileStore, 'list'>;
  newId(): string;
}

/** The profiles that Hosts become, none of them saved yet, and the Hosts that become none. */
export interface HostsRead {
  readonly made: readonly Profile[];
  readonly refused: readonly HostRefusal[];
}

/** Reads Hosts of the user's ssh configuration as they are now, one after the other. Allows no command. */
export async function readHosts(
  hosts: readonly string[],
  follows: boolean,
  { engine, profiles, newId }: HostImportWorld,
): Promise<HostsRead> {
  const taken = new Set(profiles.list().map(({ name }) => name));
  const made: Profile[] = [];
  const refused: HostRefusal[] = [];
  for (const host of new Set(hosts)) {
    const found = await engine.call('sshConfig.host', { host, allowedCommands: [] });
    const name = freeName(host, taken);
    const profile: Result<Profile, string | CommandError> = found.ok
      ? profileOfHost(found.value, { name, follows, newId })
      : found;
    if (profile.ok) {
      taken.add(name);
      made.push(profile.value);
    } else {
      const problem = typeof profile.error === 'string' ? profile.error : profile.error.message;
      refused.push({ host, problem });
    }
  }
  return { made, refused };
}
