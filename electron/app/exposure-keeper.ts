import type { CommandError } from '#shared/contract/command.ts';
import { afterExpiry, afterStop, endExposure } from '#shared/exposure-lease.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import type { ProfileStore } from '../storage/profile-store.ts';

interface ExposureKeeperOptions {
  readonly profiles: ProfileStore;
  /** The list of profiles was changed. */
  onChanged(): void;
  /** Called with a sentence for people. */
  tell(text: string): void;
}

/** Ends what a user agreed to: when the user says so, stops the tunnel, or when the time is over. Nothing keeps it open. */
export class ExposureKeeper {
  readonly #options: ExposureKeeperOptions;

  constructor(options: ExposureKeeperOptions) {
    this.#options = options;
  }

  /** Closes one forward to others. The tunnel must be told. */
  end(id: string, forwardId: string): Result<Profile, CommandError> {
    const { profiles } = this.#options;
    const profile = profiles.find(id);
    if (!profile) return fail({ code: 'notFound', message: 'This tunnel does not exist any more.' });
    if (!profile.forwards.some((forward) => forward.id === forwardId)) {
      return fail({ code: 'notFound', message: 'This forward does not exist any more.' });
    }
    const closed = this.#close(id, (forward) => (forward.id === forwardId ? endExposure(forward) : forward));
    return succeed(closed ?? profile);
  }

  /** The user stopped these tunnels: what was open until then needs another yes. */
  stopped(ids: readonly string[]): void {
    for (const id of ids) this.#close(id, afterStop);
  }

  /** Takes note of times that are over, so that no clock brings them back. */
  note({ id, forwards }: TunnelSnapshot): void {
    const over = new Map<string, number>();
    for (const { id: forwardId, state } of forwards) {
      if (state.status === 'refused' && state.error.code === 'exposureExpired') {
        over.set(forwardId, state.error.at);
      }
    }
    if (over.size === 0) return;
    this.#close(id, (forward) => {
      const at = over.get(forward.id);
      return at === undefined ? forward : afterExpiry(forward, at);
    });
  }

  #close(id: string, change: (forward: Forward) => Forward): Profile | null {
    const { profiles, onChanged, tell } = this.#options;
    const closing = profiles.close(id, change);
    if (closing === null) return null;
    onChanged();
    const { profile, saved } = closing;
    if (!saved.ok) {
      tell(
        `“${profile.name}” is closed to others, but that could not be saved, and holds until Culvert quits. ${saved.error.message}`,
      );
    }
    return profile;
  }
}
