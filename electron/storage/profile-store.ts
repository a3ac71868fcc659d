import { randomUUID } from 'node:crypto';
import type { CommandError } from '#shared/contract/command.ts';
import { afterStop, agreeToExposure, type ExposureAgreement } from '#shared/exposure-lease.ts';
import { clash } from '#shared/forward-clashes.ts';
import { findHopRival, hopRivalWords } from '#shared/hop-rival.ts';
import { type Forward, type Profile, withPort } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { hopAgreedFor, type SecondHop } from '#shared/second-hop.ts';
import { copyProfile } from './copy-profile.ts';
import { hasRepeatedForward, profilesFormat } from './profiles-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

type Change = Result<Profile, CommandError>;

/** A profile in its place in the list; deleted ones keep theirs until Culvert quits. */
interface Entry {
  readonly profile: Profile;
  readonly deleted: boolean;
}

/** A profile some of whose forwards were closed to others, and whether that could be saved. */
export interface Closing {
  readonly profile: Profile;
  readonly saved: Change;
}

/**
 * The saved profiles, in the user's order. A change is on the disk before it is in the list; a refused one
 * (`readOnly`, `storage`) is in neither, but for `close`.
 */
export class ProfileStore {
  readonly #document: StoredDocument<{ readonly profiles: readonly Profile[] }>;
  readonly #now: () => number;
  #entries: readonly Entry[];

  constructor(place: StoragePlace) {
    this.#now = () => place.now();
    this.#document = new StoredDocument(profilesFormat, place);
    this.#entries = this.#document.content.profiles.map((profile) => ({ profile, deleted: false }));
  }

  /** Why nothing can be changed now, in a sentence, or null. */
  readOnlyReason(): string | null {
    return this.#document.readOnlyReason();
  }

  list(): readonly Profile[] {
    return living(this.#entries);
  }

  find(id: string): Profile | undefined {
    return this.list().find((profile) => profile.id === id);
  }

  /** Replaces the profile with that id, or adds it at the end. A deleted one that is saved comes back. */
  save(profile: Profile): Change {
    if (hasRepeatedForward(profile.forwards)) {
      return fail({ code: 'invalid', message: 'Two forwards of this tunnel have the same id.' });
    }
    const entry: Entry = { profile, deleted: false };
    const exists = this.#entries.some((other) => other.profile.id === profile.id);
    const entries = exists
      ? this.#entries.map((other) => (other.profile.id === profile.id ? entry : other))
      : [...this.#entries, entry];
    return this.#commit(entries, profile);
  }

  /** Saves several, each as `save` does: all of them or, if the disk refuses, none. */
  saveAll(profiles: readonly Profile[]): Result<null, CommandError> {
    const changed = new Map(profiles.map((profile) => [profile.id, { profile, deleted: false }]));
    const known = new Set(this.#entries.map(({ profile }) => profile.id));
    const entries = [
      ...this.#entries.map((entry) => changed.get(entry.profile.id) ?? entry),
      ...[...changed.values()].filter(({ profile }) => !known.has(profile.id)),
    ];
    const saved = this.#document.replace({ profiles: living(entries) });
    if (saved.ok) this.#entries = entries;
    return saved;
  }

  delete(id: string): Change {
    return this.#setDeleted(id, true);
  }

  /** Brings back what was deleted in this run, between its old neighbours. */
  undoDelete(id: string): Change {
    return this.#setDeleted(id, false);
  }

  /** Copies a profile, right after the original. */
  duplicate(id: string): Change {
    const original = this.find(id);
    if (!original) return notFound();
    const names = this.list().map(({ name }) => name);
    const taken = this.list().flatMap(({ forwards }) => forwards);
    const copy = copyProfile(original, { names, forwards: taken }, randomUUID);
    const entries = this.#entries.flatMap((entry) =>
      entry.profile.id === id ? [entry, { profile: copy, deleted: false }] : [entry],
    );
    return this.#commit(entries, copy);
  }

  /** Switching off is a stop: an agreement that was to hold until then is used up. */
  setForwardEnabled(id: string, forwardId: string, enabled: boolean): Change {
    return this.#changeForward(id, forwardId, (forward) => ({
      ...(enabled ? forward : afterStop(forward)),
      enabled,
    }));
  }

  /** Notes that the user agreed, from now on, to open a forward at its present bind address. */
  confirmExposure(id: string, forwardId: string, agreement: ExposureAgreement): Change {
    return this.#changeForward(id, forwardId, (forward) => agreeToExposure(forward, agreement, this.#now()));
  }

  /**
   * Changes the forwards of a profile in a way that only closes doors, which is never refused: where the disk does, the
   * change holds until Culvert quits, and `saved` says why. Null where there is nothing to change.
   */
  close(id: string, change: (forward: Forward) => Forward): Closing | null {
    const profile = this.find(id);
    const forwards = profile?.forwards.map(change);
    if (!profile || !forwards?.some((forward, index) => forward !== profile.forwards[index])) return null;
    const closed = { ...profile, forwards };
    const entries = this.#entries.map((entry) =>
      entry.profile.id === id ? { ...entry, profile: closed } : entry,
    );
    const saved = this.#commit(entries, closed);
    this.#entries = entries;
    return { profile: closed, saved };
  }

  /**
   * Notes that the user agreed to a second hop, or, for null, that they do not any more. Refused unless it is for this
   * profile's server and account, a remote forward, and a port that no other of the profile's wants.
   */
  setSecondHop(id: string, forwardId: string, secondHop: SecondHop | null): Change {
    const profile = this.find(id);
    const forward = profile?.forwards.find((each) => each.id === forwardId);
    if (profile && forward && secondHop) {
      if (forward.kind !== 'remote') {
        return fail({ code: 'invalid', message: 'Only a remote forward can have a second hop.' });
      }
      if (secondHop.agreedFor !== hopAgreedFor(profile.server, forward)) {
        return fail({
          code: 'invalid',
          message: 'The tunnel was changed meanwhile. Look at the offer again.',
        });
      }
      const rival = findHopRival(secondHop.port, { profile, forwardId }, [profile]);
      if (rival) return fail({ code: 'invalid', message: hopRivalWords(rival, id) });
    }
    return this.#changeForward(id, forwardId, (each) => withSecondHop(each, secondHop));
  }

  /** Lets a forward listen on another port; its address, and so who can reach it, stays. */
  moveForward(id: string, forwardId: string, port: number): Change {
    const others = this.find(id)?.forwards.filter((forward) => forward.id !== forwardId) ?? [];
    const moved = (forward: Forward): Forward => withPort(forward, port);
    const forward = this.find(id)?.forwards.find((each) => each.id === forwardId);
    if (forward && others.some((other) => clash(moved(forward), other))) {
      return fail({ code: 'invalid', message: `Another forward of this tunnel already uses port ${port}.` });
    }
    return this.#changeForward(id, forwardId, moved);
  }

  /** Notes that the user allowed the program of a profile's way. Refused unless it is still this one. */
  allowCommand(id: string, command: string): Change {
    const profile = this.find(id);
    if (!profile) return notFound();
    const { proxy } = profile;
    if (proxy?.kind !== 'command' || proxy.command !== command) {
      return fail({
        code: 'invalid',
        message: 'The tunnel was changed meanwhile. Look at its program again.',
      });
    }
    return this.save({ ...profile, proxy: { ...proxy, allowed: command } });
  }

  #changeForward(id: string, forwardId: string, change: (forward: Forward) => Forward): Change {
    const profile = this.find(id);
    if (!profile) return notFound();
    if (!profile.forwards.some((forward) => forward.id === forwardId)) {
      return fail({ code: 'notFound', message: 'This forward does not exist any more.' });
    }
    const forwards = profile.forwards.map((forward) =>
      forward.id === forwardId ? change(forward) : forward,
    );
    return this.save({ ...profile, forwards });
  }

  #setDeleted(id: string, deleted: boolean): Change {
    const found = this.#entries.find((entry) => entry.profile.id === id);
    if (!found || found.deleted === deleted) return notFound();
    const entries = this.#entries.map((entry) => (entry === found ? { ...entry, deleted } : entry));
    return this.#commit(entries, found.profile);
  }

  #commit(entries: readonly Entry[], changed: Profile): Change {
    const saved = this.#document.replace({ profiles: living(entries) });
    if (!saved.ok) return saved;
    this.#entries = entries;
    return succeed(changed);
  }
}

function withSecondHop(forward: Forward, secondHop: SecondHop | null): Forward {
  if (forward.kind !== 'remote') return forward;
  const { secondHop: _before, ...rest } = forward;
  return secondHop === null ? rest : { ...rest, secondHop };
}

function living(entries: readonly Entry[]): readonly Profile[] {
  return entries.filter(({ deleted }) => !deleted).map(({ profile }) => profile);
}

function notFound(): Result<never, CommandError> {
  return fail({ code: 'notFound', message: 'This tunnel does not exist any more.' });
}
