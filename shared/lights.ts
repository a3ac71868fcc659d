import { assertNever } from './assert-never.ts';
import { holderName } from './describe-bind-error.ts';
import { describeError } from './describe-error.ts';
import { isUnheard } from './engine-silence.ts';
import { exposedLight, listeningLight } from './entrance-light.ts';
import { formatAgo } from './format-duration.ts';
import type { TunnelError } from './tunnel-error.ts';
import type { ConnectPhase, ForwardSnapshot, TargetState, TunnelSnapshot } from './tunnel-state.ts';
import { countListening } from './tunnel-words.ts';

/** How a light looks. Each tone has a shape of its own besides its colour. */
export type LightTone = 'ok' | 'busy' | 'ask' | 'bad' | 'off';

/** One light: a tone and the words that say the same. */
export interface Light {
  readonly tone: LightTone;
  readonly words: string;
}

/** The three lights of a card. They must never lie: a light is green only for what is known now. */
export interface Lights {
  readonly ssh: Light;
  readonly listener: Light;
  readonly target: Light;
}

/** Derives the lights from a snapshot. `now` in milliseconds since the epoch. */
export function lightsOf(snapshot: TunnelSnapshot, now: number): Lights {
  if (isUnheard(snapshot)) return { ssh: UNKNOWN, listener: UNKNOWN, target: UNKNOWN };
  return { ssh: sshLight(snapshot), listener: listenerLight(snapshot), target: targetLight(snapshot, now) };
}

const UNKNOWN: Light = { tone: 'off', words: 'unknown' };

function sshLight({ state }: TunnelSnapshot): Light {
  switch (state.status) {
    case 'stopped':
      return { tone: 'off', words: 'not connected' };
    case 'connecting':
      return { tone: 'busy', words: PHASE_WORDS[state.phase] };
    case 'needsUser':
      return {
        tone: 'ask',
        words: state.prompt.kind === 'unknownHostKey' ? 'unknown host key' : 'waits for you',
      };
    case 'open':
      return { tone: 'ok', words: 'logged in' };
    case 'waiting':
      return { tone: 'bad', words: 'not connected, tries again' };
    case 'stopping':
      return { tone: 'busy', words: 'closing' };
    case 'failed':
      return { tone: 'bad', words: 'failed' };
    default:
      return assertNever(state);
  }
}

const PHASE_WORDS: Readonly<Record<ConnectPhase, string>> = {
  dns: 'looking up the server',
  tcp: 'connecting',
  kex: 'exchanging keys',
  auth: 'logging in',
  turn: 'waits for the same password',
};

function listenerLight({ state, forwards }: TunnelSnapshot): Light {
  const { listening, wanted } = countListening(forwards);
  if (state.status === 'stopped' || state.status === 'failed') return { tone: 'off', words: 'not listening' };
  if (state.status === 'stopping') return { tone: 'busy', words: 'closing' };
  if (wanted === 0) return { tone: 'off', words: 'nothing to listen on' };
  const exposed = state.status === 'open' ? exposedLight(forwards, wanted) : null;
  if (exposed) return exposed;
  const worst = worstForward(forwards);
  if (worst?.state.status === 'refused' || worst?.state.status === 'retrying') {
    const words = wanted === 1 ? shortReason(worst.state.error) : `${listening} of ${wanted} listening`;
    return { tone: worst.state.status === 'refused' ? 'bad' : 'busy', words };
  }
  if (listening < wanted) {
    return { tone: 'busy', words: wanted === 1 ? 'opening' : `${listening} of ${wanted} listening` };
  }
  // The port is held so that nobody takes it, but who connects now has to wait for the session.
  if (state.status !== 'open') return { tone: 'busy', words: 'port held, clients wait' };
  return listeningLight(forwards, wanted);
}

function targetLight({ state, forwards }: TunnelSnapshot, now: number): Light {
  const wanted = forwards.filter((forward) => forward.state.status !== 'off');
  const targets = wanted.map(({ target }) => target).filter(({ status }) => status !== 'notApplicable');
  if (wanted.length > 0 && targets.length === 0) return { tone: 'off', words: 'not applicable' };
  // What happened before this session says nothing about now.
  const toneOf = (tone: LightTone, at: number) =>
    state.status === 'open' && at >= state.since ? tone : 'off';
  const failed = latest(targets, 'failed');
  if (failed) {
    return {
      tone: toneOf('bad', failed.at),
      words: `${shortReason(failed.error)} ${formatAgo(now - failed.at)}`,
    };
  }
  const answered = latest(targets, 'answered');
  if (!answered) return { tone: 'off', words: 'unknown' };
  const { at, probe } = answered;
  // What takes a connection only to drop it is there, but is hardly what the forward is for.
  return {
    tone: toneOf(probe?.hungUp ? 'busy' : 'ok', at),
    words: `${probe?.summary ?? 'answered'} ${formatAgo(now - at)}`,
  };
}

function worstForward(forwards: readonly ForwardSnapshot[]): ForwardSnapshot | undefined {
  return (
    forwards.find(({ state }) => state.status === 'refused') ??
    forwards.find(({ state }) => state.status === 'retrying')
  );
}

type Dated = Extract<TargetState, { at: number }>;

/** The most recent state of that status, if there is one. */
function latest<Status extends Dated['status']>(
  targets: readonly TargetState[],
  status: Status,
): Extract<Dated, { status: Status }> | undefined {
  let newest: Extract<Dated, { status: Status }> | undefined;
  for (const target of targets) {
    if (target.status !== status) continue;
    const dated = target as Extract<Dated, { status: Status }>;
    if (newest === undefined || dated.at > newest.at) newest = dated;
  }
  return newest;
}

/** Two or three words for a light; the card's alert has the sentences. */
function shortReason(error: TunnelError): string {
  switch (error.code) {
    case 'portInUse':
      return `port ${error.endpoint.port} taken${error.holder ? ` by ${holderName(error.holder)}` : ''}`;
    case 'portReserved':
      return `port ${error.endpoint.port} reserved`;
    case 'portNeedsPrivilege':
      return `port ${error.endpoint.port} not allowed`;
    case 'addressNotHere':
      return 'address not here';
    case 'listenFailed':
      return 'cannot listen';
    case 'remoteForwardRefused':
      return error.holder?.kind === 'ghost' ? 'held by a dead session' : 'refused by the server';
    case 'exposureNotConfirmed':
      return 'needs your consent';
    case 'exposureExpired':
      return 'time is over';
    case 'targetRefused':
      return 'did not answer';
    case 'targetNotAllowed':
      return 'not allowed by the server';
    default:
      return describeError(error).what.replace(/\.$/, '');
  }
}
