import type { Emits, EventMap, PayloadOf } from '#shared/contract/command.ts';
import type { engineEvents } from '#shared/contract/engine.ts';
import type { Events } from '#shared/contract/index.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import type { EngineEventSink } from './engine-link.ts';
import type { ExposureKeeper } from './exposure-keeper.ts';
import type { HostKeyTrust } from './host-key-trust.ts';
import type { LoginChecks } from './login-check-handlers.ts';
import { answerAlike } from './prompt-handlers.ts';
import type { SecretKeeper } from './secret-keeper.ts';
import { stoppedTunnel, type TunnelMirror } from './tunnel-mirror.ts';
import type { TunnelRunner } from './tunnel-runner.ts';

type EventHandlers<Map extends EventMap> = {
  readonly [Name in keyof Map]: (payload: PayloadOf<Map, Name>) => void;
};

/** Takes in what the engine tells. What a lost engine still says is not heard. */
export function engineEventSink(options: {
  readonly engine: EngineKeeper;
  readonly profiles: ProfileStore;
  readonly mirror: TunnelMirror;
  readonly runner: TunnelRunner;
  readonly checks: LoginChecks;
  readonly secrets: SecretKeeper;
  readonly hostKeys: HostKeyTrust;
  readonly exposures: ExposureKeeper;
  readonly onEvent: Emits<Events>;
  onHostKeyProved(knownAs: string, fingerprint: string): void;
  onHostKeyNotWritten(told: PayloadOf<typeof engineEvents, 'hostKey.notWritten'>): void;
  onPrograms(leaders: readonly number[]): void;
  log(level: 'info' | 'warning' | 'error', message: string): void;
}): EngineEventSink {
  const { engine, profiles, mirror, runner, checks, secrets, hostKeys, exposures, onEvent, log } = options;
  const handlers: EventHandlers<typeof engineEvents> = {
    'tunnel.changed'(snapshot) {
      // A deleted tunnel that is still closing interests nobody.
      if (!profiles.find(snapshot.id) && !checks.has(snapshot.id)) return;
      // A question that is answered already is not shown.
      if (hostKeys.answers(snapshot)) return;
      mirror.set(snapshot);
      runner.changed(snapshot.id);
      exposures.note(snapshot);
    },
    'tunnel.removed'({ id }) {
      // A deleted profile can be brought back while its tunnel is still closing; all else was told before.
      if (profiles.find(id)) mirror.set(stoppedTunnel(id));
    },
    'traffic.sampled': (sample) => onEvent('traffic.sampled', sample),
    async 'secret.accepted'({ slot, replaces }) {
      const secret = await secrets.accepted(slot, replaces);
      if (secret !== null) await answerAlike({ engine, mirror }, slot, secret);
    },
    'secret.refused': ({ slot }) => void secrets.refused(slot),
    'hostKey.proved': ({ knownAs, fingerprint }) => options.onHostKeyProved(knownAs, fingerprint),
    'hostKey.notWritten': (told) => options.onHostKeyNotWritten(told),
    'programs.changed': ({ leaders }) => options.onPrograms(leaders),
    'engine.logged': ({ level, message }) => log(level, message),
  };
  return (name, payload) => {
    if (engine.isReady) handlers[name](payload);
  };
}
