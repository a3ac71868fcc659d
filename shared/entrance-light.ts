import { isExposed } from './exposure.ts';
import type { Light } from './lights.ts';
import type { HopState } from './second-hop.ts';
import type { ForwardSnapshot, ForwardState, TunnelSnapshot } from './tunnel-state.ts';

type Listening = Extract<ForwardState, { status: 'listening' }>;

/**
 * How an entrance that listens is doing, judged by what was seen of it. `checking`: nobody has seen yet where it really
 * is; a server may make more of a forward for itself, too. `unseen`: nobody can see it, and others were not to reach it;
 * `unseenWide`: others were, and whether they can is unknown (sshd_config(5): `GatewayPorts no` is the default).
 * `contested`: some who look for it reach another program on the same port.
 */
export type EntranceCondition =
  | 'fine'
  | 'exposed'
  | 'contested'
  | 'loopbackOnly'
  | 'checking'
  | 'unseen'
  | 'unseenWide';

/** Judges one entrance. A second hop that is open lets others in where the server itself does not. */
export function entranceCondition({ bound, seen, unseen }: Listening, hop?: HopState): EntranceCondition {
  if (seen?.verdict === 'exposed') return 'exposed';
  if (seen?.others) return 'contested';
  if (seen?.verdict === 'asAsked') return 'fine';
  const isWide = bound.some(({ host }) => isExposed(host));
  // Nobody can tell whether a hop that is not heard of still lets others in.
  if (isWide && hop?.status === 'unheard') return 'unseenWide';
  const isDug = hop?.status === 'open';
  if (seen) return isDug ? 'fine' : 'loopbackOnly';
  if (unseen === undefined) return 'checking';
  if (!isWide) return 'unseen';
  return isDug ? 'fine' : 'unseenWide';
}

/** A light for an exposure that nobody agreed to; it comes before everything else that is wrong. */
export function exposedLight(forwards: readonly ForwardSnapshot[], wanted: number): Light | null {
  const count = countIn(forwards, 'exposed');
  return count === 0 ? null : { tone: 'bad', words: counted(count, wanted, 'open to more than asked') };
}

/** The light of entrances that all listen, by the worst of them. */
export function listeningLight(forwards: readonly ForwardSnapshot[], wanted: number): Light {
  const contested = countIn(forwards, 'contested');
  if (contested > 0)
    return { tone: 'busy', words: counted(contested, wanted, 'shared with another program') };
  const loopbackOnly = countIn(forwards, 'loopbackOnly');
  if (loopbackOnly > 0) {
    return { tone: 'busy', words: counted(loopbackOnly, wanted, 'only on the server itself') };
  }
  const listening = wanted === 1 ? 'listening' : `${wanted} listening`;
  if (countIn(forwards, 'checking') > 0) return { tone: 'busy', words: `${listening}, looking where` };
  if (countIn(forwards, 'unseenWide') > 0) return { tone: 'off', words: `${listening}, reach unknown` };
  if (countIn(forwards, 'unseen') > 0) return { tone: 'ok', words: `${listening}, reach unknown` };
  return { tone: 'ok', words: listening };
}

/** What was seen to be amiss with the entrances of an open tunnel, such as `open to more than asked`; null if nothing. */
export function entranceRemark({ state, forwards }: TunnelSnapshot): string | null {
  if (state.status !== 'open') return null;
  const wanted = forwards.filter((forward) => forward.state.status !== 'off').length;
  const exposed = exposedLight(forwards, wanted);
  if (exposed) return exposed.words;
  const isAmiss = countIn(forwards, 'loopbackOnly') + countIn(forwards, 'contested') > 0;
  return isAmiss ? listeningLight(forwards, wanted).words : null;
}

/** Claims that an entrance was seen to be open to more people than the user agreed to. */
export function isExposedTooFar({ forwards }: Pick<TunnelSnapshot, 'forwards'>): boolean {
  return countIn(forwards, 'exposed') > 0;
}

function countIn(forwards: readonly ForwardSnapshot[], condition: EntranceCondition): number {
  return forwards.filter(
    ({ state, secondHop }) =>
      state.status === 'listening' && entranceCondition(state, secondHop) === condition,
  ).length;
}

function counted(count: number, wanted: number, words: string): string {
  return wanted === 1 ? words : `${count} of ${wanted} ${words}`;
}
