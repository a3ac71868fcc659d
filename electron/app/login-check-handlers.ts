import { randomUUID } from 'node:crypto';
import type { AppHandlers } from '#shared/contract/index.ts';
import { succeed } from '#shared/result.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { failedTunnel } from './lost-tunnel.ts';
import type { PracticeKeeper } from './practice-keeper.ts';
import type { TunnelMirror } from './tunnel-mirror.ts';

interface CheckOptions {
  readonly engine: EngineKeeper;
  readonly mirror: TunnelMirror;
  readonly practice: PracticeKeeper;
  onRemoved(id: string): void;
}

/**
 * Logins that are tried out from the form. Each is a tunnel to the engine and to the mirror, and in no list.
 * There is one form, so a new check ends the one before, which a reloaded window may have left behind.
 */
export class LoginChecks {
  readonly #options: CheckOptions;
  readonly #ids = new Set<string>();

  readonly handlers: Pick<AppHandlers, 'login.check' | 'login.endCheck'> = {
    'login.check': async ({ profile }) => {
      const { engine, practice } = this.#options;
      await Promise.all([...this.#ids].map((id) => this.#end(id)));
      if (profile.practice) await practice.prepare();
      const checkId = randomUUID();
      // Known before it is asked for: its first events may overtake the answer.
      this.#ids.add(checkId);
      const started = await engine.call('engine.check', { checkId, profile: practice.dialled(profile) });
      if (started.ok) return succeed({ checkId });
      await this.#end(checkId);
      return started;
    },
    'login.endCheck': async ({ checkId }) => {
      await this.#end(checkId);
      return succeed(null);
    },
  };

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Checks are not begun again in a new engine: the person who watches can do that. */
  engineLost(): void {
    for (const id of this.#ids) this.#options.mirror.set(failedTunnel(id, { code: 'engineRestarted' }));
  }

  async #end(id: string): Promise<void> {
    const { engine, mirror, onRemoved } = this.#options;
    if (!this.#ids.delete(id)) return;
    mirror.forget(id);
    onRemoved(id);
    await engine.call('engine.remove', { id });
  }
}
