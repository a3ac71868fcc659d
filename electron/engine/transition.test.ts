import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#shared/prompt.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelState, TunnelStatus } from '#shared/tunnel-state.ts';
import {
  type Effect,
  INITIAL_MACHINE,
  type Machine,
  type Transition,
  type TransitionPolicy,
  type TunnelEvent,
  transition,
} from './transition.ts';

const NOW = 1_000_000;
const policy: TransitionPolicy = { now: () => NOW, random: () => 0, retries: true };
const once: TransitionPolicy = { ...policy, retries: false };

const transient: TunnelError = { code: 'connectionLost', host: 'core', port: 22 };
const permanent: TunnelError = { code: 'loginCancelled', host: 'core', port: 22 };
const prompt: Prompt = { kind: 'password', id: 'p1', host: 'core', port: 22, user: 'andre', attempt: 1 };
const laterPrompt: Prompt = { ...prompt, id: 'p2' };

/** The session of every machine in the table. */
const ID = 7;

function machine(state: TunnelState, attempt = 2): Machine {
  return { state, sessionId: ID, attempt, wasOpen: false, startsAgain: false };
}

const machines = {
  stopped: machine({ status: 'stopped' }, 0),
  connecting: machine({ status: 'connecting', attempt: 2, phase: 'tcp' }),
  needsUser: machine({ status: 'needsUser', attempt: 2, prompt, sessionLives: true }),
  'needsUser (session gone)': machine({ status: 'needsUser', attempt: 2, prompt, sessionLives: false }),
  open: machine({ status: 'open', attempt: 2, since: NOW - 5000 }),
  waiting: machine({ status: 'waiting', attempt: 2, retryAt: NOW + 1000, error: transient }),
  stopping: machine({ status: 'stopping' }),
  'stopping (starts again)': { ...machine({ status: 'stopping' }), startsAgain: true },
  failed: machine({ status: 'failed', error: permanent }),
} satisfies Record<string, Machine>;

const events = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  phaseReached: { type: 'phaseReached', sessionId: ID, phase: 'kex', jump: null },
  prompted: { type: 'prompted', sessionId: ID, prompt: laterPrompt, sessionLives: true },
  answered: { type: 'answered', promptId: 'p1' },
  'answered (older prompt)': { type: 'answered', promptId: 'p0' },
  cancelled: { type: 'cancelled', promptId: 'p1', error: permanent },
  'cancelled (older prompt)': { type: 'cancelled', promptId: 'p0', error: permanent },
  connected: { type: 'connected', sessionId: ID },
  'lost (transient)': { type: 'lost', sessionId: ID, error: transient },
  'lost (permanent)': { type: 'lost', sessionId: ID, error: permanent },
  due: { type: 'due' },
  wake: { type: 'wake' },
  provedStable: { type: 'provedStable', sessionId: ID },
  edited: { type: 'edited', needsNewSession: false },
  'edited (other server)': { type: 'edited', needsNewSession: true },
  closed: { type: 'closed' },
} satisfies Record<string, TunnelEvent>;

type StateName = keyof typeof machines;
type EventName = keyof typeof events;

/** Where an event leads (a dash: nowhere, nothing happens) and, behind the colon, its effects in order. */
const table: Record<StateName, Record<EventName, string>> = {
  stopped: {
    start: 'connecting: bindListeners openSession',
    stop: '-',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': '-',
    'lost (permanent)': '-',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': '-',
    closed: '-',
  },
  connecting: {
    start: '-',
    stop: 'stopping: cancelRetry releaseListeners closeSession awaitClosed',
    phaseReached: 'connecting',
    prompted: 'needsUser',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: 'open: attachForwards watchStability',
    'lost (transient)': 'waiting: detachForwards scheduleRetry',
    'lost (permanent)': 'failed: releaseListeners closeSession',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': 'connecting: detachForwards closeSession openSession',
    closed: '-',
  },
  needsUser: {
    start: '-',
    stop: 'stopping: cancelRetry releaseListeners closeSession awaitClosed',
    phaseReached: '-',
    prompted: 'needsUser',
    answered: 'connecting',
    'answered (older prompt)': '-',
    cancelled: 'failed: releaseListeners closeSession',
    'cancelled (older prompt)': '-',
    connected: 'open: attachForwards watchStability',
    'lost (transient)': 'needsUser',
    'lost (permanent)': 'failed: releaseListeners closeSession',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': 'connecting: detachForwards closeSession openSession',
    closed: '-',
  },
  'needsUser (session gone)': {
    start: '-',
    stop: 'stopping: cancelRetry releaseListeners closeSession awaitClosed',
    phaseReached: '-',
    prompted: 'needsUser',
    answered: 'connecting: openSession',
    'answered (older prompt)': '-',
    cancelled: 'failed: releaseListeners closeSession',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': 'needsUser',
    'lost (permanent)': 'failed: releaseListeners closeSession',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': 'connecting: detachForwards closeSession openSession',
    closed: '-',
  },
  open: {
    start: '-',
    stop: 'stopping: cancelRetry releaseListeners closeSession awaitClosed',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': 'waiting: detachForwards scheduleRetry',
    'lost (permanent)': 'failed: releaseListeners closeSession',
    due: '-',
    wake: '- verifySession',
    provedStable: 'open',
    edited: '-',
    'edited (other server)': 'connecting: detachForwards closeSession openSession',
    closed: '-',
  },
  waiting: {
    start: 'connecting: cancelRetry openSession',
    stop: 'stopping: cancelRetry releaseListeners closeSession awaitClosed',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': '-',
    'lost (permanent)': '-',
    due: 'connecting: openSession',
    wake: 'connecting: cancelRetry openSession',
    provedStable: '-',
    edited: 'connecting: cancelRetry openSession',
    'edited (other server)': 'connecting: cancelRetry openSession',
    closed: '-',
  },
  stopping: {
    start: 'stopping',
    stop: 'stopping',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': '-',
    'lost (permanent)': '-',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': '-',
    closed: 'stopped',
  },
  'stopping (starts again)': {
    start: 'stopping',
    stop: 'stopping',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': '-',
    'lost (permanent)': '-',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: '-',
    'edited (other server)': '-',
    closed: 'connecting: bindListeners openSession',
  },
  failed: {
    start: 'connecting: bindListeners openSession',
    stop: 'stopping: awaitClosed',
    phaseReached: '-',
    prompted: '-',
    answered: '-',
    'answered (older prompt)': '-',
    cancelled: '-',
    'cancelled (older prompt)': '-',
    connected: '-',
    'lost (transient)': '-',
    'lost (permanent)': '-',
    due: '-',
    wake: '-',
    provedStable: '-',
    edited: 'stopping: awaitClosed',
    'edited (other server)': 'stopping: awaitClosed',
    closed: '-',
  },
};

/** A transition as the table writes it. */
function written(before: Machine, { machine: after, effects }: Transition): string {
  const names = effects.map(({ type }) => type).join(' ');
  if (after === before) return names === '' ? '-' : `- ${names}`;
  return names === '' ? after.state.status : `${after.state.status}: ${names}`;
}

const stateNames = Object.keys(machines) as StateName[];
const eventNames = Object.keys(events) as EventName[];

describe('an agent that is empty for a while', () => {
  const empty: TunnelEvent = {
    type: 'lost',
    sessionId: ID,
    error: { code: 'agentHasNoKeys', socket: '/run/agent' },
  };
  const statusAfter = (machine: Machine) => transition(machine, empty, policy).machine.state.status;

  it('is waited for where the tunnel has been open with it, and not on a first start', () => {
    expect(statusAfter(machines.connecting)).toBe('failed');
    const open = transition(machines.connecting, events.connected, policy).machine;
    const reconnecting = { ...open, state: machines.connecting.state };
    expect(statusAfter(reconnecting)).toBe('waiting');
    expect(transition(reconnecting, empty, once).machine.state.status).toBe('failed');
  });

  it('is not waited for once the login was edited, or a person started anew', () => {
    const open = { ...machines.open, wasOpen: true };
    const edited = transition(open, events['edited (other server)'], policy).machine;
    expect(edited.wasOpen).toBe(false);
    const started = transition({ ...machines.failed, wasOpen: true }, events.start, policy).machine;
    expect(started.wasOpen).toBe(false);
  });
});

describe('every state times every event', () => {
  for (const state of stateNames) {
    it.each(eventNames)(`${state}, %s`, (event) => {
      const before = machines[state];
      expect(written(before, transition(before, events[event], policy))).toBe(table[state][event]);
    });
  }

  it.each(stateNames)('drops the events of an older session when %s', (state) => {
    for (const event of Object.values(events)) {
      if (!('sessionId' in event)) continue;
      for (const sessionId of [0, ID - 1, ID + 1]) {
        const before = machines[state];
        expect(transition(before, { ...event, sessionId }, policy)).toEqual({ machine: before, effects: [] });
      }
    }
  });

  it('leaves the machine that it was given alone', () => {
    for (const state of stateNames) {
      const before = structuredClone(machines[state]);
      for (const event of Object.values(events)) transition(machines[state], event, policy);
      expect(machines[state]).toEqual(before);
    }
  });
});

describe('what the states carry', () => {
  const next = (state: StateName, event: TunnelEvent, rules = policy) =>
    transition(machines[state], event, rules).machine;

  it('begins with the first attempt on a session of its own', () => {
    const { machine: started, effects } = transition(INITIAL_MACHINE, { type: 'start' }, policy);
    expect(started.state).toEqual({ status: 'connecting', attempt: 1, phase: 'dns' });
    expect(effects).toEqual([
      { type: 'bindListeners' },
      { type: 'openSession', sessionId: started.sessionId },
    ]);
  });

  it('counts attempts while it waits, and over again after Start', () => {
    expect(next('waiting', { type: 'due' }).state).toMatchObject({ status: 'connecting', attempt: 3 });
    expect(next('waiting', { type: 'start' }).state).toMatchObject({ status: 'connecting', attempt: 3 });
    expect(next('failed', { type: 'start' }).state).toMatchObject({ status: 'connecting', attempt: 1 });
    expect(next('stopping (starts again)', { type: 'closed' }).state).toMatchObject({ attempt: 1 });
  });

  it('counts over again for another server', () => {
    expect(next('open', { type: 'edited', needsNewSession: true }).state).toMatchObject({ attempt: 1 });
    expect(next('waiting', { type: 'edited', needsNewSession: false }).state).toMatchObject({ attempt: 1 });
  });

  it('waits as long as the backoff says, and schedules exactly that', () => {
    const { machine: waiting, effects } = transition(machines.connecting, events['lost (transient)'], policy);
    expect(waiting.state).toEqual({ status: 'waiting', attempt: 2, retryAt: NOW + 1000, error: transient });
    expect(effects).toContainEqual({ type: 'scheduleRetry', at: NOW + 1000 });
  });

  it('waits half a second after a session that was stable', () => {
    const stable = next('open', { type: 'provedStable', sessionId: ID });
    expect(stable.state).toEqual(machines.open.state);
    const { machine: waiting } = transition(stable, events['lost (transient)'], policy);
    expect(waiting.state).toMatchObject({ status: 'waiting', retryAt: NOW + 500 });
    expect(transition(waiting, { type: 'due' }, policy).machine.state).toMatchObject({ attempt: 1 });
  });

  it('goes on waiting longer after a session that was not', () => {
    expect(next('open', events['lost (transient)']).state).toMatchObject({ retryAt: NOW + 1000 });
  });

  it('gives up at once where nothing is retried', () => {
    for (const state of ['connecting', 'open'] as const) {
      expect(next(state, events['lost (transient)'], once).state).toEqual({
        status: 'failed',
        error: transient,
      });
    }
  });

  it('keeps the prompt when the server hangs up, and remembers that it did', () => {
    expect(next('needsUser', events['lost (transient)']).state).toEqual({
      ...machines.needsUser.state,
      sessionLives: false,
    });
  });

  it('does not count the person’s time as an attempt', () => {
    expect(next('needsUser (session gone)', { type: 'answered', promptId: 'p1' }).state).toMatchObject({
      status: 'connecting',
      attempt: 2,
      phase: 'dns',
    });
  });

  it('goes on logging in after an answer to a living session', () => {
    expect(next('needsUser', { type: 'answered', promptId: 'p1' }).state).toMatchObject({ phase: 'auth' });
  });

  it('shows the newest prompt only', () => {
    expect(next('needsUser', events.prompted).state).toMatchObject({ prompt: laterPrompt });
  });

  it('is open from now on', () => {
    expect(next('connecting', events.connected).state).toEqual({ status: 'open', attempt: 2, since: NOW });
  });

  it('fails with the reason', () => {
    expect(next('open', events['lost (permanent)']).state).toEqual({ status: 'failed', error: permanent });
    expect(next('needsUser', events.cancelled).state).toEqual({ status: 'failed', error: permanent });
  });

  it('remembers only the last wish while it stops', () => {
    const started = next('stopping', { type: 'start' });
    expect(transition(started, { type: 'closed' }, policy).machine.state.status).toBe('connecting');
    const stopped = transition(started, { type: 'stop' }, policy).machine;
    expect(transition(stopped, { type: 'closed' }, policy).machine.state.status).toBe('stopped');
  });
});

describe('whatever happens, in whatever order', () => {
  const anyEvent: fc.Arbitrary<(present: Machine) => TunnelEvent> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .constantFrom('start', 'stop', 'due', 'wake', 'closed')
        .map((type) => () => ({ type }) as TunnelEvent),
    },
    {
      weight: 1,
      arbitrary: fc.boolean().map((needsNewSession) => () => ({ type: 'edited', needsNewSession }) as const),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...eventNames), fc.constantFrom(0, 0, 0, -1, 1))
        .map(([name, offset]) => (present: Machine): TunnelEvent => {
          const event: TunnelEvent = events[name];
          const promptId = present.state.status === 'needsUser' ? present.state.prompt.id : 'p1';
          if ('sessionId' in event) return { ...event, sessionId: present.sessionId + offset };
          return 'promptId' in event ? { ...event, promptId } : event;
        }),
    },
    {
      weight: 4,
      arbitrary: fc.constant(
        (present: Machine) => ({ type: 'connected', sessionId: present.sessionId }) as const,
      ),
    },
  );

  /** What the world looks like if every effect is carried out. */
  interface World {
    readonly bound: boolean;
    /** The session that is open or being opened, and no other. */
    readonly session: number | null;
    readonly attached: boolean;
    readonly retryScheduled: boolean;
    readonly awaiting: boolean;
  }

  function carryOut(world: World, effect: Effect): World {
    switch (effect.type) {
      case 'bindListeners':
        expect(world.bound).toBe(false);
        return { ...world, bound: true };
      case 'releaseListeners':
        expect(world.bound).toBe(true);
        return { ...world, bound: false, attached: false };
      case 'openSession':
        expect(world.session).toBeNull();
        return { ...world, session: effect.sessionId };
      case 'closeSession':
        return { ...world, session: null };
      case 'attachForwards':
        expect(world.bound && world.session !== null && !world.attached).toBe(true);
        return { ...world, attached: true };
      case 'detachForwards':
        return { ...world, attached: false };
      case 'scheduleRetry':
        expect(world.retryScheduled).toBe(false);
        return { ...world, retryScheduled: true };
      case 'cancelRetry':
        return { ...world, retryScheduled: false };
      case 'awaitClosed':
        expect(world.awaiting).toBe(false);
        return { ...world, awaiting: true };
      case 'watchStability':
      case 'verifySession':
        expect(world.session).not.toBeNull();
        return world;
    }
  }

  /** What ends by itself before the function hears of it. */
  function happensTo(world: World, event: TunnelEvent, present: Machine): World {
    const isOurs = 'sessionId' in event && event.sessionId === present.sessionId;
    if (isOurs && (event.type === 'lost' || (event.type === 'prompted' && !event.sessionLives))) {
      return { ...world, session: null };
    }
    if (event.type === 'due') return { ...world, retryScheduled: false };
    return event.type === 'closed' ? { ...world, awaiting: false } : world;
  }

  /** An event that cannot come: the timer is not set, nobody closes anything, or that session has ended. */
  function isPossible(event: TunnelEvent, world: World, present: Machine): boolean {
    if (event.type === 'due') return world.retryScheduled;
    if (event.type === 'closed') return world.awaiting;
    return (
      !('sessionId' in event) || event.sessionId !== present.sessionId || world.session === present.sessionId
    );
  }

  function checkInvariants(present: Machine, world: World): void {
    const { status } = present.state;
    const isUp: Readonly<Record<TunnelStatus, boolean>> = {
      stopped: false,
      stopping: false,
      failed: false,
      connecting: true,
      needsUser: true,
      open: true,
      waiting: true,
    };
    expect([status, world.bound]).toEqual([status, isUp[status]]);
    expect([status, world.attached]).toEqual([status, status === 'open']);
    expect([status, world.retryScheduled]).toEqual([status, status === 'waiting']);
    expect([status, world.awaiting]).toEqual([status, status === 'stopping']);
    const hasSession =
      status === 'connecting' ||
      status === 'open' ||
      (present.state.status === 'needsUser' && present.state.sessionLives);
    expect([status, world.session]).toEqual([status, hasSession ? present.sessionId : null]);
    if (present.startsAgain) expect(status).toBe('stopping');
    if (present.state.status === 'connecting') expect(present.state.attempt).toBe(present.attempt);
    expect(present.attempt).toBeGreaterThanOrEqual(0);
  }

  const IDLE: World = {
    bound: false,
    session: null,
    attached: false,
    retryScheduled: false,
    awaiting: false,
  };

  it.each([
    ['with retries', policy],
    ['without', once],
  ])('keeps listeners, sessions and timers in balance, %s', (_name, rules) => {
    const seen = new Set<TunnelStatus>();
    const walk = (parameters: { readonly numRuns: number; readonly seed?: number }) =>
      fc.assert(
        fc.property(fc.array(anyEvent, { maxLength: 40 }), (steps) => {
          let present = INITIAL_MACHINE;
          let world = IDLE;
          for (const step of steps) {
            const event = step(present);
            if (!isPossible(event, world, present)) continue;
            const before = present;
            world = happensTo(world, event, present);
            const { machine: after, effects } = transition(present, event, rules);
            for (const effect of effects) world = carryOut(world, effect);
            present = after;
            checkInvariants(present, world);
            seen.add(present.state.status);
            expect(after.sessionId).toBeGreaterThanOrEqual(before.sessionId);
            if (after.state.status === 'stopped' && before.state.status !== 'stopped') {
              expect([before.state.status, event.type]).toEqual(['stopping', 'closed']);
            }
            if (!rules.retries) expect(after.state.status).not.toBe('waiting');
          }
        }),
        parameters,
      );
    walk({ numRuns: 500 });
    // Sequences that are the same every time went everywhere; of random ones some few do not.
    seen.clear();
    walk({ numRuns: 500, seed: 1 });
    expect(seen.size).toBe(rules.retries ? 7 : 6);
  });

  it('survives events that cannot come', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (steps) => {
        let present = INITIAL_MACHINE;
        for (const step of steps) present = transition(present, step(present), policy).machine;
        expect(present.attempt).toBeGreaterThanOrEqual(0);
        if (present.startsAgain) expect(present.state.status).toBe('stopping');
      }),
      { numRuns: 1000 },
    );
  });

  it('always comes to rest after Stop', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (steps) => {
        let present = INITIAL_MACHINE;
        for (const step of [
          ...steps,
          () => ({ type: 'stop' }) as const,
          () => ({ type: 'closed' }) as const,
        ]) {
          present = transition(present, step(present), policy).machine;
        }
        expect(present.state).toEqual({ status: 'stopped' });
      }),
    );
  });
});
