import type { ConfigWay } from '#shared/config-host.ts';
import type { FollowedHost } from '#shared/followed-host.ts';
import type { Profile } from '#shared/profile.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { type FollowComplaint, type FollowTrouble, followComplaints } from './follow-complaints.ts';

/** Watches files until it is told to stop; `onChange` may come late, and once for many changes. */
export type WatchFiles = (paths: readonly string[], onChange: () => void) => () => void;

interface HostFollowerOptions {
  readonly profiles: ProfileStore;
  readonly engine: Pick<EngineKeeper, 'call'>;
  readonly watchFiles: WatchFiles;
  /** A profile was changed and saved: its tunnel must take that on. */
  onFollowed(profile: Profile): Promise<void>;
  /** All that is not as a Host says, in sentences; told after each look. None: all is well. */
  complain(texts: readonly string[]): void;
}

/**
 * Keeps profiles that follow a Host of the user's ssh configuration as that says now: server, login and the way there. What
 * cannot be read, or is there no longer, changes nothing, and is said.
 */
export class HostFollower {
  readonly #options: HostFollowerOptions;
  #files: ReadonlySet<string> = new Set();
  #unwatch: () => void = () => {};
  readonly #troubles = new Map<string, FollowTrouble>();
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: HostFollowerOptions) {
    this.#options = options;
  }

  /** Claims that there is something to look at: this profile, or any, follows a Host. */
  follows(id?: string): boolean {
    return this.#following(id).length > 0;
  }

  /** Looks again at what one profile, or every profile, follows. Never rejects; one look at a time. */
  look(id?: string): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(id));
    return this.#looking;
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
  }

  async #look(id: string | undefined): Promise<void> {
    const { engine } = this.#options;
    const wanted = this.#following(id);
    if (this.#isClosed) return;
    if (!this.follows()) this.#watch([]);
    if (wanted.length === 0) {
      this.#complain();
      return;
    }
    const listed = await engine.call('sshConfig.hosts', null);
    // Without an engine nobody knows; the next one is asked when it is there.
    if (!listed.ok) return;
    // What cannot be read now says nothing of its files, and is mended in one of these.
    const files = new Set([...this.#files, ...listed.value.files]);
    for (const profile of wanted) {
      for (const file of await this.#follow(profile, listed.value.file)) files.add(file);
    }
    this.#watch(files);
    this.#complain();
  }

  #complain(): void {
    const following = this.#following(undefined);
    for (const id of this.#troubles.keys()) {
      if (!following.some((profile) => profile.id === id)) this.#troubles.delete(id);
    }
    const complaints = following.flatMap(({ id, name, followedHost }): FollowComplaint[] => {
      const trouble = this.#troubles.get(id);
      return trouble === undefined || followedHost === undefined
        ? []
        : [{ name, host: followedHost.host, trouble }];
    });
    this.#options.complain(followComplaints(complaints));
  }

  #following(id: string | undefined): readonly Profile[] {
    return this.#options.profiles
      .list()
      .filter((profile) => profile.followedHost !== undefined && (id === undefined || profile.id === id));
  }

  /** Gives the files that it depends on. */
  async #follow(profile: Profile, file: string): Promise<readonly string[]> {
    const { engine } = this.#options;
    const { host, allowedCommands } = profile.followedHost as FollowedHost;
    const found = await engine.call('sshConfig.host', { host, allowedCommands });
    if (!found.ok) {
      this.#troubles.set(profile.id, { kind: 'keepsOld', reason: found.error.message });
      return [];
    }
    if (!found.value.isNamed) {
      this.#troubles.set(profile.id, { kind: 'gone', file });
      return found.value.files;
    }
    const refusal = await this.#apply(profile.id, host, found.value.way);
    const isHeldBack = found.value.concerns.some(({ command }) => command !== undefined);
    if (refusal !== null) this.#troubles.set(profile.id, { kind: 'keepsOld', reason: refusal });
    else if (isHeldBack) this.#troubles.set(profile.id, { kind: 'notAllowed' });
    else this.#troubles.delete(profile.id);
    return found.value.files;
  }

  /** Null when the profile is as the Host says; else a sentence. */
  async #apply(id: string, host: string, way: ConfigWay): Promise<string | null> {
    const { profiles, onFollowed } = this.#options;
    const profile = profiles.find(id);
    // Deleted, or edited, while the files were read.
    if (profile?.followedHost?.host !== host) return null;
    const followed = withWay(profile, way);
    if (isSame(followed, profile)) return null;
    const saved = profiles.save(followed);
    if (!saved.ok) return saved.error.message;
    await onFollowed(saved.value);
    return null;
  }

  #watch(files: Iterable<string>): void {
    const wanted = new Set(files);
    const isSame = wanted.size === this.#files.size && [...wanted].every((file) => this.#files.has(file));
    if (isSame || this.#isClosed) return;
    this.#unwatch();
    this.#files = wanted;
    this.#unwatch = this.#options.watchFiles([...wanted], () => void this.look());
  }
}

/** The profile with another way to its server; a program that the user allowed stays so while it is the same. */
export function withWay(profile: Profile, way: ConfigWay): Profile {
  const {
    hostKeys: _keys,
    connection: _connection,
    jumpHosts: _jumps,
    forwardsAgent: _agent,
    proxy,
    ...rest
  } = profile;
  return { ...rest, ...way, ...(way.proxy && { proxy: withOldConsent(way.proxy, proxy) }) } as Profile;
}

/** The configuration can name a program, but never allow it. */
function withOldConsent(next: ProxySetting, before: ProxySetting | undefined): ProxySetting {
  if (next.kind !== 'command') return next;
  const { kind, command } = next;
  const isAllowed = before?.kind === 'command' && before.allowed === command;
  return { kind, command, ...(isAllowed && { allowed: command }) };
}

function isSame(a: Profile, b: Profile): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

/** The fields of a profile in one order, whoever put it together. */
function inOrder(profile: Profile): readonly unknown[] {
  return Object.entries(profile).sort(([a], [b]) => (a < b ? -1 : 1));
}
