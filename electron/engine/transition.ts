import { assertNever } from '#shared/assert-never.ts';
import { comesBack } from '#shared/comes-back.ts';
import type { Prompt } from '#shared/prompt.ts';
import { isTransient, type TunnelError } from '#shared/tunnel-error.ts';
import type { ConnectPhase, JumpProgress, TunnelState } from '#shared/tunnel-state.ts';
import { retryDelayMs } from './backoff.ts';

/*
 * The life of a tunnel as a pure function: (machine, event, policy) -> machine and effects.
 *
 *              start                 connected
 *   stopped ---------> connecting ------------> open
 *      ^                 |  ^  ^                 |
 *      |          prompt |  |  | due, wake, start|  lost (transient)
 *      |                 v  |  |                 v
 *      |            needsUser  +------------- waiting
 *      |                 |
 *      | closed          | cancelled, lost (permanent)
 *   stopping <- stop     +-------------------> failed --start--> connecting
 *
 * Stop leads through `stopping` from everywhere, from `waiting` and `failed` too, and so does an edit of what
 * failed: `stopped` is only said once every socket is really closed.
 */

/** What the transition function knows of a tunnel. */
export interface Machine {
  readonly state: TunnelState;
  /** Names the present session. Events of an older one are dropped. */
  readonly sessionId: number;
  /** Attempts since Start, or since the tunnel was last open for a while. */
  readonly attempt: number;
  /** The tunnel has been open since Start, with the login that it has now. */
  readonly wasOpen: boolean;
  /** Start was asked for while the tunnel was still stopping. */
  readonly startsAgain: boolean;
}

/** What can happen to a tunnel. Events of a session carry its id. */
export type TunnelEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | {
      readonly type: 'phaseReached';
      readonly sessionId: number;
      readonly phase: ConnectPhase;
      /** The jump host that it is about; null for the tunnel's own server. */
      readonly jump: JumpProgress | null;
    }
  | {
      readonly type: 'prompted';
      readonly sessionId: number;
      readonly prompt: Prompt;
      /** Whether the session waits for the answer; if not, it has ended on purpose. */
      readonly sessionLives: boolean;
    }
  | { readonly type: 'answered'; readonly promptId: string }
  | { readonly type: 'cancelled'; readonly promptId: string; readonly error: TunnelError }
  | { readonly type: 'connected'; readonly sessionId: number }
  | { readonly type: 'lost'; readonly sessionId: number; readonly error: TunnelError }
  /** The wait before the next attempt is over. */
  | { readonly type: 'due' }
  /** The computer woke up, or its network changed. */
  | { readonly type: 'wake' }
  /** The tunnel was open long enough to count as well: attempts start over. */
  | { readonly type: 'provedStable'; readonly sessionId: number }
  /** The profile was edited. */
  | { readonly type: 'edited'; readonly needsNewSession: boolean }
  /** Everything that `stopping` had to close is closed. */
  | { readonly type: 'closed' };

/** What has to be done about it. Carried out in order. */
export type Effect =
  | { readonly type: 'bindListeners' }
  | { readonly type: 'releaseListeners' }
  | { readonly type: 'openSession'; readonly sessionId: number }
  | { readonly type: 'closeSession' }
  /** Attach the forwards to the session that is now open. */
  | { readonly type: 'attachForwards' }
  /** The session is gone: reset what ran through it, hold newcomers. */
  | { readonly type: 'detachForwards' }
  | { readonly type: 'scheduleRetry'; readonly at: number }
  | { readonly type: 'cancelRetry' }
  /** Report `provedStable` if the session is still open after the policy's time. */
  | { readonly type: 'watchStability' }
  /** Make sure soon that the session is still alive. */
  | { readonly type: 'verifySession' }
  /** Report `closed` once every socket is closed. */
  | { readonly type: 'awaitClosed' };

/** The world outside the function. */
export interface TransitionPolicy {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A number from 0 to below 1. */
  random(): number;
  /** Whether a transient failure leads to another attempt; a login check gives up instead. */
  readonly retries: boolean;
}

/** The machine and what has to be done after an event. */
export interface Transition {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

/** The machine of a tunnel that has never run. */
export const INITIAL_MACHINE: Machine = {
  state: { status: 'stopped' },
  sessionId: 0,
  attempt: 0,
  wasOpen: false,
  startsAgain: false,
};

/** Decides what an event means in a state. An event that means nothing there changes nothing. */
export function transition(machine: Machine, event: TunnelEvent, policy: TransitionPolicy): Transition {
  if (isStale(machine, event)) return stay(machine);
  const { state } = machine;
  switch (event.type) {
    case 'start':
      return start(machine);
    case 'stop':
      return stop(machine);
    case 'phaseReached':
      if (state.status !== 'connecting') return stay(machine);
      return to(machine, {
        status: 'connecting',
        attempt: state.attempt,
        phase: event.phase,
        ...(event.jump && { jump: event.jump }),
      });
    case 'prompted':
      return prompted(machine, event.prompt, event.sessionLives);
    case 'answered':
      return answered(machine, event.promptId);
    case 'cancelled':
      if (state.status !== 'needsUser' || state.prompt.id !== event.promptId) return stay(machine);
      return fail(machine, event.error);
    case 'connected':
      // A server may let us in without waiting for the answer to its question (RFC 4252 section 5.1).
      if (state.status !== 'connecting' && !(state.status === 'needsUser' && state.sessionLives)) {
        return stay(machine);
      }
      return to(
        { ...machine, wasOpen: true },
        { status: 'open', attempt: machine.attempt, since: policy.now() },
        [{ type: 'attachForwards' }, { type: 'watchStability' }],
      );
    case 'lost':
      return lost(machine, event.error, policy);
    case 'due':
      return state.status === 'waiting' ? connect(machine) : stay(machine);
    case 'wake':
      if (state.status === 'waiting') return connect(machine, [{ type: 'cancelRetry' }]);
      return state.status === 'open' ? stay(machine, [{ type: 'verifySession' }]) : stay(machine);
    case 'provedStable':
      if (state.status !== 'open') return stay(machine);
      return { machine: { ...machine, attempt: 0 }, effects: [] };
    case 'edited':
      return edited(machine, event.needsNewSession);
    case 'closed':
      if (state.status !== 'stopping') return stay(machine);
      return machine.startsAgain
        ? start({ ...machine, state: { status: 'stopped' }, startsAgain: false })
        : to(machine, { status: 'stopped' });
    default:
      return assertNever(event);
  }
}

function isStale(machine: Machine, event: TunnelEvent): boolean {
  return 'sessionId' in event && event.sessionId !== machine.sessionId;
}

function stay(machine: Machine, effects: readonly Effect[] = []): Transition {
  return { machine, effects };
}

function to(machine: Machine, state: TunnelState, effects: readonly Effect[] = []): Transition {
  return { machine: { ...machine, state }, effects };
}

function start(machine: Machine): Transition {
  switch (machine.state.status) {
    case 'stopped':
    case 'failed':
      return connect(anew(machine), [{ type: 'bindListeners' }]);
    case 'waiting':
      return connect(machine, [{ type: 'cancelRetry' }]);
    case 'stopping':
      return stay({ ...machine, startsAgain: true });
    case 'connecting':
    case 'needsUser':
    case 'open':
      return stay(machine);
    default:
      return assertNever(machine.state);
  }
}

function stop(machine: Machine): Transition {
  const close: readonly Effect[] = [
    { type: 'cancelRetry' },
    { type: 'releaseListeners' },
    { type: 'closeSession' },
    { type: 'awaitClosed' },
  ];
  switch (machine.state.status) {
    case 'stopped':
      return stay(machine);
    case 'failed':
      return rest(machine);
    case 'stopping':
      return stay({ ...machine, startsAgain: false });
    case 'connecting':
    case 'needsUser':
    case 'waiting':
    case 'open':
      return to({ ...machine, sessionId: machine.sessionId + 1 }, { status: 'stopping' }, close);
    default:
      return assertNever(machine.state);
  }
}

/** Nothing is known of this login yet. */
function anew(machine: Machine): Machine {
  return { ...machine, attempt: 0, wasOpen: false };
}

/** A new attempt on a new session. */
function connect(machine: Machine, before: readonly Effect[] = []): Transition {
  const sessionId = machine.sessionId + 1;
  const attempt = machine.attempt + 1;
  return {
    machine: { ...machine, sessionId, attempt, state: { status: 'connecting', attempt, phase: 'dns' } },
    effects: [...before, { type: 'openSession', sessionId }],
  };
}

function prompted(machine: Machine, prompt: Prompt, sessionLives: boolean): Transition {
  const { status } = machine.state;
  if (status !== 'connecting' && status !== 'needsUser') return stay(machine);
  return to(machine, { status: 'needsUser', attempt: machine.attempt, prompt, sessionLives });
}

function answered(machine: Machine, promptId: string): Transition {
  const { state } = machine;
  if (state.status !== 'needsUser' || state.prompt.id !== promptId) return stay(machine);
  if (!state.sessionLives) {
    // The person did not fail, so the attempt does not count: the same one goes on with a new session.
    return connect({ ...machine, attempt: machine.attempt - 1 });
  }
  return to(machine, { status: 'connecting', attempt: machine.attempt, phase: 'auth' });
}

function lost(machine: Machine, error: TunnelError, policy: TransitionPolicy): Transition {
  const { state } = machine;
  switch (state.status) {
    case 'needsUser':
      // A server that hangs up while a person types (LoginGraceTime): the prompt stays.
      return isTransient(error) ? to(machine, { ...state, sessionLives: false }) : fail(machine, error);
    case 'connecting':
    case 'open': {
      const passes = isTransient(error) || (machine.wasOpen && comesBack(error));
      if (!passes || !policy.retries) return fail(machine, error);
      const at = policy.now() + retryDelayMs(Math.max(1, machine.attempt), policy.random);
      return to(machine, { status: 'waiting', attempt: machine.attempt, retryAt: at, error }, [
        { type: 'detachForwards' },
        { type: 'scheduleRetry', at },
      ]);
    }
    case 'stopped':
    case 'waiting':
    case 'stopping':
    case 'failed':
      return stay(machine);
    default:
      return assertNever(state);
  }
}

function fail(machine: Machine, error: TunnelError): Transition {
  return to({ ...machine, sessionId: machine.sessionId + 1 }, { status: 'failed', error }, [
    { type: 'releaseListeners' },
    { type: 'closeSession' },
  ]);
}

/** What failed let go of everything, but may still be closing it. */
function rest(machine: Machine): Transition {
  return to(machine, { status: 'stopping' }, [{ type: 'awaitClosed' }]);
}

function edited(machine: Machine, needsNewSession: boolean): Transition {
  switch (machine.state.status) {
    case 'failed':
      return rest(machine);
    case 'waiting':
      return connect(anew(machine), [{ type: 'cancelRetry' }]);
    case 'connecting':
    case 'needsUser':
    case 'open':
      if (!needsNewSession) return stay(machine);
      return connect(anew(machine), [{ type: 'detachForwards' }, { type: 'closeSession' }]);
    case 'stopped':
    case 'stopping':
      return stay(machine);
    default:
      return assertNever(machine.state);
  }
}
