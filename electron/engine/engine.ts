import type { Emits, Handlers } from '#shared/contract/command.ts';
import type { engineCommands, engineEvents } from '#shared/contract/engine.ts';
import { PRACTICE_USER } from '#shared/practice.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, succeed } from '#shared/result.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { createBindDoctor } from './bind-doctor/bind-doctor.ts';
import { findFreePort } from './bind-doctor/find-free-port.ts';
import { ConnectionDesk } from './connections/connection-desk.ts';
import { listListeners } from './listeners/list-listeners.ts';
import { tagOurListeners } from './listeners/our-listeners.ts';
import { createPracticeIdentity, publicKeyOf, readPracticeIdentity } from './practice/practice-identity.ts';
import { type PracticeServer, startPracticeServer } from './practice/practice-server.ts';
import { defaultKnownHostsPaths, type KnownHostsPaths } from './ssh/known-hosts-file.ts';
import { trustKnownHosts, trustNobody, trustOneKey } from './ssh/server-trust.ts';
import { TrafficSampler } from './traffic-sampler.ts';
import { TunnelManager } from './tunnel-manager.ts';
import type { Destination, TunnelTimings } from './tunnel-world.ts';

/** The time limits that people get; chosen so that a slow link is not taken for a dead one. */
export const DEFAULT_TIMINGS: TunnelTimings = {
  connectMs: 20_000,
  handshakeMs: 20_000,
  authReplyMs: 60_000,
  keepalive: { intervalMs: 10_000, countMax: 3 },
  stableMs: 60_000,
  remoteRetryMs: 5_000,
  localRetryMs: 5_000,
};

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

interface Practice {
  readonly server: PracticeServer;
  readonly password: string;
  readonly publicKey: string;
}

/** Makes an engine: the tunnels, the listeners and the practice server behind one set of commands. */
export function createEngine(options: EngineOptions): Engine {
  const { emit, findSecret } = options;
  const knownHosts = options.knownHosts ?? defaultKnownHostsPaths;
  let practice: Practice | null = null;

  const tunnels = new TunnelManager({
    timings: options.timings ?? DEFAULT_TIMINGS,
    now: () => Date.now(),
    random: () => Math.random(),
    destination: (profile) => (profile.practice ? practiceDestination(profile, practice) : ordinary(profile)),
    findSecret,
    secretAccepted: (slot) => emit('secret.accepted', { slot }),
    secretRefused: (slot) => emit('secret.refused', { slot }),
    diagnoseBind: (error) => doctor.diagnose(error),
    changed: (snapshot) => emit('tunnel.changed', snapshot),
    removed: (id) => emit('tunnel.removed', { id }),
  });

  const doctor = createBindDoctor({
    ourListeners: () => tunnels.ourListeners(),
    practicePort: () => practice?.server.port ?? null,
  });

  function ordinary(profile: Profile): Destination {
    const { host, port } = profile.server;
    return { profile, trust: trustKnownHosts({ host, port }, knownHosts()), password: null };
  }

  const sampler = new TrafficSampler(() => tunnels.measured());
  const stopSampling = sampler.subscribe((sample) => {
    if (sample.tunnels.length > 0) emit('traffic.sampled', sample);
  });

  const connections = new ConnectionDesk();
  const forwardsOf = (id: string, forwardId: string | null) =>
    tunnels.running(id).filter((forward) => forwardId === null || forward.id === forwardId);

  async function close(): Promise<void> {
    stopSampling();
    await Promise.all([tunnels.closeAll(), practice?.server.close()]);
  }

  return {
    close,
    handlers: {
      'engine.start': async ({ profile }) => {
        tunnels.start(profile);
        return succeed(null);
      },
      'engine.stop': async ({ id }) => {
        tunnels.stop(id);
        return succeed(null);
      },
      'engine.update': async ({ profile }) => {
        tunnels.update(profile);
        return succeed(null);
      },
      'engine.remove': async ({ id }) => {
        await tunnels.remove(id);
        return succeed(null);
      },
      'engine.check': async ({ checkId, profile }) => {
        tunnels.check(checkId, profile);
        return succeed(null);
      },
      'engine.answer': async ({ tunnelId, promptId, answer }) =>
        tunnels.answer(tunnelId, promptId, answer)
          ? succeed(null)
          : fail({ code: 'notNow', message: 'That question is not open any more.' }),
      'engine.wake': async () => {
        tunnels.wake();
        return succeed(null);
      },
      'engine.startPractice': async ({ identity: stored, preferredPort }) => {
        const identity = readPracticeIdentity(stored) ?? createPracticeIdentity();
        await practice?.server.close();
        practice = null;
        const server = await startPracticeServer({ identity, port: preferredPort ?? 0 });
        practice = { server, password: identity.password, publicKey: publicKeyOf(identity) };
        return succeed({ identity, port: server.port });
      },
      'engine.shutDown': async () => {
        await close();
        return succeed(null);
      },
      'ghosts.end': ({ id, forwardId, pid }) => tunnels.endGhost(id, forwardId, pid),
      'secondHops.propose': (wish) => tunnels.proposeHop(wish),
      'ports.findFree': async ({ address, from, avoid }) =>
        succeed({ port: await findFreePort({ address, from, avoid: new Set(avoid) }) }),
      'forwards.probe': async ({ id, forwardId, ...request }) =>
        tunnels.findForward(id, forwardId)?.probe(request) ??
        fail({ code: 'notFound', message: 'That forward does not run now.' }),
      'connections.list': async ({ id }) => succeed(await connections.list(forwardsOf(id, null))),
      'connections.end': async ({ id, connectionIds }) =>
        succeed({ ended: connections.end(forwardsOf(id, null), connectionIds) }),
      'connections.endAll': async ({ id, forwardId }) =>
        succeed({ ended: connections.endAll(forwardsOf(id, forwardId)) }),
      'listeners.list': async () => {
        const listed = await listListeners();
        if (!listed.ok) return fail({ code: 'unavailable', message: listed.error.detail });
        return succeed({ listeners: [...tagOurListeners(listed.value, tunnels.ourListeners())] });
      },
      'listeners.listServer': async ({ id }) => {
        const look = await tunnels.lookAtServer(id);
        return look ? succeed(look) : fail({ code: 'notNow', message: 'The tunnel is not open now.' });
      },
    },
  };
}

/** The practice server's own address, login and key, whatever stands in the profile. */
function practiceDestination(profile: Profile, practice: Practice | null): Destination {
  if (practice === null) {
    const { host, port } = profile.server;
    return { profile, trust: trustNobody({ code: 'connectionRefused', host, port }), password: null };
  }
  const { host, port } = practice.server;
  return {
    profile: {
      ...profile,
      server: { host, port, user: PRACTICE_USER },
      login: { method: 'password' },
    },
    trust: trustOneKey({ host, port }, practice.publicKey),
    password: practice.password,
  };
}
