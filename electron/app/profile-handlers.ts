import type { CommandError } from '#shared/contract/command.ts';
import type { AppHandlers } from '#shared/contract/index.ts';
import type { Profile } from '#shared/profile.ts';
import { type Result, succeed } from '#shared/result.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import type { ExposureKeeper } from './exposure-keeper.ts';
import { portWish } from './port-wish.ts';
import type { PracticeKeeper } from './practice-keeper.ts';
import type { TunnelRunner } from './tunnel-runner.ts';

type ProfileHandlers = Pick<AppHandlers, Extract<keyof AppHandlers, `profiles.${string}`>>;

interface ProfileHandlerOptions {
  readonly profiles: ProfileStore;
  readonly runner: TunnelRunner;
  readonly practice: PracticeKeeper;
  readonly engine: EngineKeeper;
  readonly exposures: ExposureKeeper;
  /** The list of profiles was changed, or refused to be. */
  onTried(result: Result<Profile, CommandError>): void;
  /** A profile is there that was not. */
  onAdded(id: string): void;
  /** A profile, and so its tunnel, is gone. */
  onRemoved(id: string): void;
}

/** What can be done to saved profiles. A running tunnel follows at once. */
export function profileHandlers(options: ProfileHandlerOptions): ProfileHandlers {
  const { profiles, runner, practice, engine, exposures, onTried, onAdded, onRemoved } = options;
  /** Deleted while they were on: they come back so. */
  const wereOn = new Set<string>();

  /** Edits, and lets the tunnel take the change on. */
  async function change(edit: () => Result<Profile, CommandError>): Promise<Result<Profile, CommandError>> {
    const changed = edit();
    onTried(changed);
    if (changed.ok) await runner.update(changed.value.id);
    return changed;
  }

  /** Tells of a profile that was made or brought back; nothing is started yet. */
  function added(result: Result<Profile, CommandError>): Result<Profile, CommandError> {
    onTried(result);
    if (result.ok) onAdded(result.value.id);
    return result;
  }

  return {
    async 'profiles.save'({ profile }) {
      const isNew = profiles.find(profile.id) === undefined;
      return isNew ? added(profiles.save(profile)) : change(() => profiles.save(profile));
    },
    async 'profiles.delete'({ id }) {
      const deleted = profiles.delete(id);
      onTried(deleted);
      if (!deleted.ok) return deleted;
      if (runner.isWanted(id)) wereOn.add(id);
      const removed = runner.remove(id);
      onRemoved(id);
      await removed;
      return succeed(null);
    },
    async 'profiles.undoDelete'({ id }) {
      const restored = added(profiles.undoDelete(id));
      if (restored.ok && wereOn.delete(id)) await runner.start(id);
      return restored;
    },
    async 'profiles.duplicate'({ id }) {
      return added(profiles.duplicate(id));
    },
    'profiles.setForwardEnabled': ({ id, forwardId, enabled }) =>
      change(() => profiles.setForwardEnabled(id, forwardId, enabled)),
    'profiles.digSecondHop': ({ id, forwardId, secondHop }) =>
      change(() => profiles.setSecondHop(id, forwardId, secondHop)),
    'profiles.fillSecondHop': ({ id, forwardId }) => change(() => profiles.setSecondHop(id, forwardId, null)),
    'profiles.moveForward': ({ id, forwardId, port }) =>
      change(() => profiles.moveForward(id, forwardId, port)),
    async 'profiles.suggestPort'({ id, forwardId }) {
      const wish = portWish(profiles.list(), id, forwardId);
      return wish === null ? succeed({ port: null }) : engine.call('ports.findFree', wish);
    },
    'profiles.confirmExposure': ({ id, forwardId, ...agreement }) =>
      change(() => profiles.confirmExposure(id, forwardId, agreement)),
    async 'profiles.endExposure'({ id, forwardId }) {
      const ended = exposures.end(id, forwardId);
      if (ended.ok) await runner.update(id);
      return ended;
    },
    'profiles.allowCommand': ({ id, command }) => change(() => profiles.allowCommand(id, command)),
    async 'profiles.createPractice'() {
      return added(await practice.createProfile());
    },
  };
}
