import type { Emits, Handlers } from '#shared/contract/command.ts';
import type { engineCommands, engineEvents } from '#shared/contract/engine.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { createBindDoctor } from './bind-doctor/bind-doctor.ts';
import { ConnectionDesk } from './connections/connection-desk.ts';
import { engineHandlers } from './engine-handlers.ts';
import { listListeners } from './listeners/list-listeners.ts';
import { LostListeners } from './listeners/lost-listeners.ts';
import { PracticeHost } from './practice/practice-host.ts';
import { JumpPool } from './route/jump-pool.ts';
import { ProgramGroups } from './route/proxy/program-groups.ts';
import { wayOfProfile } from './route/way-of-profile.ts';
import { SecretTurns } from './secret-turns.ts';
import { defaultKnownHostsPaths, type KnownHostsPaths } from './ssh/known-hosts-paths.ts';
import { LinesInTheWay } from './ssh/lines-in-the-way.ts';
import type { TrustWorld } from './ssh/server-trust.ts';
import { UnwrittenTrust } from './ssh/unwritten-trust.ts';
import { TrafficSampler } from './traffic-sampler.ts';
import { TunnelManager } from './tunnel-manager.ts';
import type { TunnelTimings } from './tunnel-world.ts';

/** The time limits that people get; chosen so that a slow link is not taken for a dead one. */
export const DEFAULT_TIMINGS: TunnelTimings = {
  connectMs: 20_000,
  handshakeMs: 20_000,
  // A server's own end of patience comes first and says more (sshd_config(5), LoginGraceTime: 120 s): a telephone may be asked.
  authReplyMs: 125_000,
  keepalive: { intervalMs: 10_000, countMax: 3 },
  signOfLifeMs: 5_000,
  stableMs: 60_000,
  remoteRetryMs: 5_000,
  localRetryMs: 5_000,
};

/** How often it is made sure that what should listen on this computer does, in milliseconds. */
const LOST_LOOK_INTERVAL_MS = 20_000;

/** What an engine needs from outside. */
export interface EngineOptions {
  readonly emit: Emits<typeof engineEvents>;
  /** A secret that the user gave earlier or that the keychain holds; null if there is none. */
  findSecret(slot: SecretSlot): Promise<string | null>;
  readonly timings?: TunnelTimings;
  knownHosts?(): KnownHostsPaths;
}

/** An engine: what answers main's commands, and the way to end it. */
export interface Engine {
  readonly handlers: Handlers<typeof engineCommands>;
  /** Closes every tunnel, the practice server and the sampler. Idempotent. */
  close(): Promise<void>;
}

/** Makes an engine: the tunnels, the listeners and the practice server behind one set of commands. */
export function createEngine(options: EngineOptions): Engine {
  const { emit, findSecret } = options;
  const knownHosts = options.knownHosts ?? defaultKnownHostsPaths;
  const practice = new PracticeHost();
  const linesInTheWay = new LinesInTheWay();
  const unwritten = new UnwrittenTrust();

  const programs = new ProgramGroups((leaders) => emit('programs.changed', { leaders: [...leaders] }));
  const jumps = new JumpPool(programs);
  const tunnels = new TunnelManager({
    timings: options.timings ?? DEFAULT_TIMINGS,
    now: () => Date.now(),
    random: () => Math.random(),
    way: (profile) => (profile.practice ? practice.way(profile) : wayOfProfile(profile, trustWorld())),
    jumps,
    secretTurns: new SecretTurns(() => Date.now()),
    findSecret,
    secretAccepted: (slot, replaces) => emit('secret.accepted', { slot, ...(replaces && { replaces }) }),
    secretRefused: (slot) => emit('secret.refused', { slot }),
    diagnoseBind: (error) => doctor.diagnose(error),
    changed: (snapshot) => emit('tunnel.changed', snapshot),
    removed: (id) => emit('tunnel.removed', { id }),
  });

  const doctor = createBindDoctor({
    ourListeners: () => tunnels.ourListeners(),
    practicePort: () => practice.port,
  });

  /** What the servers of this engine share when their host keys are judged. */
  function trustWorld(): TrustWorld {
    return {
      defaults: knownHosts(),
      linesInTheWay,
      unwritten,
      proved: (knownAs, fingerprint) => emit('hostKey.proved', { knownAs, fingerprint }),
      notWritten: (knownAs, why) => emit('hostKey.notWritten', { knownAs, ...why }),
    };
  }

  const sampler = new TrafficSampler(() => tunnels.measured());
  const stopSampling = sampler.subscribe((sample) => {
    if (sample.tunnels.length > 0) emit('traffic.sampled', sample);
  });

  const lost = new LostListeners({
    ours: () => tunnels.ourListeners(),
    list: listListeners,
    onLost: ({ tunnelId, forwardId, address, port }) => {
      const endpoint = formatEndpoint({ host: address, port });
      emit('engine.logged', {
        level: 'warning',
        message: `${endpoint} was closed by the system; it is bound anew.`,
      });
      tunnels.findForward(tunnelId, forwardId)?.entranceLost();
    },
  });
  // Elsewhere nothing closes a listener under its program, and a look costs two programs.
  const lostTimer =
    process.platform === 'linux'
      ? setInterval(() => void lost.look(), LOST_LOOK_INTERVAL_MS).unref()
      : undefined;

  async function close(): Promise<void> {
    clearInterval(lostTimer);
    stopSampling();
    await Promise.all([tunnels.closeAll(), practice.close()]);
    programs.close();
  }

  return {
    close,
    handlers: engineHandlers({ tunnels, connections: new ConnectionDesk(), practice, linesInTheWay, close }),
  };
}
