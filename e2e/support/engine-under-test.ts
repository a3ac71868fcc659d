import { randomUUID } from 'node:crypto';
import type { PayloadOf } from '#shared/contract/command.ts';
import type { engineEvents } from '#shared/contract/engine.ts';
import type { Login } from '#shared/login.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { Prompt, PromptAnswer } from '#shared/prompt.ts';
import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';
import type { TrafficSample } from '#shared/traffic.ts';
import type { ForwardSnapshot, TunnelSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { createEngine, DEFAULT_TIMINGS, type Engine } from '../../electron/engine/engine.ts';
import type { TunnelTimings } from '../../electron/engine/tunnel-world.ts';
import { eventually } from './eventually.ts';

/** Shorter than people get, long enough for a busy machine. */
export const TEST_TIMINGS: TunnelTimings = {
  ...DEFAULT_TIMINGS,
  keepalive: { intervalMs: 1_000, countMax: 3 },
  signOfLifeMs: 2_000,
  remoteRetryMs: 500,
  localRetryMs: 500,
};

/** An engine in this process, with what main would remember kept in memory. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** Every state that each tunnel reported, in order. */
  readonly history: Map<string, TunnelSnapshot[]>;
  readonly samples: TrafficSample[];
  /** Secrets that `secrets.find` gives out. */
  readonly remembered: Map<string, string>;
  readonly accepted: SecretSlot[];
  /** Those of them that took an old one's place. */
  readonly replaced: SecretSlot[];
  readonly refused: SecretSlot[];
  /** Trusted keys that could not be written down. */
  readonly notWritten: PayloadOf<typeof engineEvents, 'hostKey.notWritten'>[];
  start(profile: Profile): Promise<void>;
  stop(profile: Profile): Promise<void>;
  update(profile: Profile): Promise<void>;
  snapshot(id: string): TunnelSnapshot;
  /** Waits until the tunnel is in that state; fails at once when it failed and that was not asked for. */
  until<Status extends TunnelStatus>(
    profile: Profile,
    status: Status,
    timeoutMs?: number,
  ): Promise<Extract<TunnelSnapshot['state'], { status: Status }>>;
  /** Waits until the tunnel's state is as wished. */
  untilState(
    profile: { readonly id: string },
    isWished: (state: TunnelSnapshot['state']) => boolean,
    timeoutMs?: number,
  ): Promise<TunnelSnapshot['state']>;
  /** Waits until it asks, and gives what it asks. */
  untilPrompt<Kind extends Prompt['kind']>(
    profile: Profile,
    kind: Kind,
  ): Promise<Extract<Prompt, { kind: Kind }>>;
  untilForward(
    profile: Profile,
    index: number,
    status: ForwardSnapshot['state']['status'],
    timeoutMs?: number,
  ): Promise<ForwardSnapshot>;
  answer(profile: Profile, promptId: string, answer: PromptAnswer): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts an engine whose known hosts stand in the given file. */
export function startEngine(knownHostsFile: string, timings: Partial<TunnelTimings> = {}): EngineUnderTest {
  const history = new Map<string, TunnelSnapshot[]>();
  const samples: TrafficSample[] = [];
  const remembered = new Map<string, string>();
  const accepted: SecretSlot[] = [];
  const replaced: SecretSlot[] = [];
  const refused: SecretSlot[] = [];
  const notWritten: PayloadOf<typeof engineEvents, 'hostKey.notWritten'>[] = [];

  const engine = createEngine({
    timings: { ...TEST_TIMINGS, ...timings },
    knownHosts: () => ({ userFiles: [knownHostsFile], globalFiles: [] }),
    findSecret: async (slot) => remembered.get(secretSlotKey(slot)) ?? null,
    emit: (name, payload) => {
      switch (name) {
        case 'tunnel.changed': {
          const snapshot = payload as PayloadOf<typeof engineEvents, 'tunnel.changed'>;
          history.set(snapshot.id, [...(history.get(snapshot.id) ?? []), snapshot]);
          return;
        }
        case 'traffic.sampled':
          samples.push(payload as TrafficSample);
          return;
        case 'secret.accepted': {
          const { slot, replaces } = payload as { slot: SecretSlot; replaces?: boolean };
          accepted.push(slot);
          if (replaces) replaced.push(slot);
          return;
        }
        case 'secret.refused': {
          const { slot } = payload as { slot: SecretSlot };
          refused.push(slot);
          remembered.delete(secretSlotKey(slot));
          return;
        }
        case 'hostKey.notWritten':
          notWritten.push(payload as PayloadOf<typeof engineEvents, 'hostKey.notWritten'>);
      }
    },
  });

  const snapshot = (id: string): TunnelSnapshot =>
    history.get(id)?.at(-1) ?? { id, state: { status: 'stopped' }, forwards: [], lastError: null };

  /** The first such state from the present one on: one that passes between two looks counts as well. */
  const untilState: EngineUnderTest['untilState'] = (profile, isWished, timeoutMs = 20_000) => {
    const past = Math.max(0, (history.get(profile.id)?.length ?? 0) - 1);
    return eventually(
      () => {
        const since = history.get(profile.id)?.slice(past) ?? [snapshot(profile.id)];
        const found = since.find(({ state }) => isWished(state));
        if (found === undefined) throw new Error(`It is ${JSON.stringify(since.at(-1)?.state)}.`);
        return found.state;
      },
      { timeoutMs, everyMs: 5 },
    );
  };

  const until: EngineUnderTest['until'] = async (profile, status, timeoutMs) =>
    (await untilState(profile, (state) => state.status === status, timeoutMs)) as never;

  return {
    engine,
    history,
    samples,
    remembered,
    accepted,
    replaced,
    refused,
    notWritten,
    snapshot,
    until,
    untilState,
    start: async (profile) => void (await engine.handlers['engine.start']({ profile })),
    stop: async (profile) => void (await engine.handlers['engine.stop']({ id: profile.id })),
    update: async (profile) => void (await engine.handlers['engine.update']({ profile })),
    untilPrompt: async (profile, kind) => {
      const { prompt } = await until(profile, 'needsUser');
      if (prompt.kind !== kind) throw new Error(`It asks for ${JSON.stringify(prompt)}, not for ${kind}.`);
      return prompt as never;
    },
    untilForward: (profile, index, status, timeoutMs = 20_000) =>
      eventually(
        () => {
          const forward = snapshot(profile.id).forwards[index];
          if (forward?.state.status !== status) {
            throw new Error(`Forward ${index} is ${JSON.stringify(forward?.state)}, not ${status}.`);
          }
          return forward;
        },
        { timeoutMs, everyMs: 5 },
      ),
    answer: async (profile, promptId, answer) =>
      (await engine.handlers['engine.answer']({ tunnelId: profile.id, promptId, answer })).ok,
    close: () => engine.close(),
  };
}

/** A profile for a test server. */
export function testProfile(
  server: { readonly host: string; readonly port: number; readonly user: string },
  login: Login,
  forwards: readonly Forward[],
): Profile {
  const { host, port, user } = server;
  return {
    id: randomUUID(),
    name: 'Test',
    server: { host, port, user },
    login,
    forwards: [...forwards],
    startOnOpen: false,
    legacyAlgorithms: false,
    looksAtServer: true,
    practice: false,
  };
}

const base = { name: '', enabled: true } as const;

/** A local forward from loopback. */
export function localForward(
  port: number,
  target: { readonly host: string; readonly port: number },
  address = '127.0.0.1',
): Extract<Forward, { kind: 'local' }> {
  const { host, port: targetPort } = target;
  return {
    ...base,
    id: randomUUID(),
    kind: 'local',
    bind: { address, port },
    target: { host, port: targetPort },
  };
}

/** A remote forward; port 0 lets the server choose. */
export function remoteForward(
  port: number,
  target: { readonly host: string; readonly port: number },
  address = 'localhost',
): Extract<Forward, { kind: 'remote' }> {
  const { host, port: targetPort } = target;
  return {
    ...base,
    id: randomUUID(),
    kind: 'remote',
    bind: { address, port },
    target: { host, port: targetPort },
  };
}

/** A SOCKS forward on loopback. */
export function dynamicForward(port: number): Extract<Forward, { kind: 'dynamic' }> {
  return { ...base, id: randomUUID(), kind: 'dynamic', bind: { address: '127.0.0.1', port } };
}
