import { assertNever } from '#shared/assert-never.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Arrivals } from '../forward/arrivals.ts';
import type { Channel, ChannelSource } from '../forward/channel-source.ts';
import type { TargetOutcome } from '../forward/target-outcome.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { abandonChannel } from './abandon-channel.ts';
import type { OutcomeFeed } from './outcome-feed.ts';
import { blocked, CONNECT_MS, firstOf, type Way } from './way.ts';
import { Wire } from './wire.ts';

/** The way out to the server and back to us. */
export interface Detour {
  readonly source: ChannelSource;
  /** What the remote forward's connections learn about their target. */
  readonly outcomes: OutcomeFeed;
  /** Who comes in by the remote forward. */
  readonly arrivals: Arrivals;
}

/**
 * Has the server connect to a port of its own (direct-tcpip), from where it comes back to us over another channel, and
 * waits until our end has dialled the target for it. `forbidden` where the server does not let us (sshd_config(5),
 * `AllowTcpForwarding`, `PermitOpen`).
 */
export async function takeDetour(
  detour: Detour,
  door: Endpoint,
  signal: AbortSignal,
  leadsBy: 'entrance' | 'hop' = 'entrance',
): Promise<Way | 'forbidden'> {
  const { source } = detour;
  const outcomes = new OutcomesMeanwhile(detour);
  try {
    const opening = source.openChannel(door, { host: '127.0.0.1', port: 0 });
    const opened = await firstOf([opening], CONNECT_MS, signal);
    if (typeof opened === 'string') {
      void opening.then((late) => late.ok && abandonChannel(source, late.value));
      return blocked({ kind: 'timedOut', waitedMs: CONNECT_MS });
    }
    if (opened.ok) return await follow(opened.value, source, outcomes, { door, leadsBy, signal });
    const { reason, message } = opened.error;
    switch (reason) {
      case 'notPermitted':
        return 'forbidden';
      case 'connectFailed':
      case 'resourceShortage':
      case 'unknown':
        return blocked({ kind: 'entranceRefused', entrance: door, detail: makeServerLineSafe(message) });
      case 'sessionLost':
        return blocked({ kind: 'notOpen' });
      default:
        return assertNever(reason);
    }
  } finally {
    outcomes.stop();
  }
}

async function follow(
  channel: Channel,
  source: ChannelSource,
  outcomes: OutcomesMeanwhile,
  {
    door,
    leadsBy,
    signal,
  }: { readonly door: Endpoint; readonly leadsBy: 'entrance' | 'hop'; readonly signal: AbortSignal },
): Promise<Way> {
  const wire = new Wire({ stream: channel, hangUp: async () => abandonChannel(source, channel) });
  const ended = new Promise<'ended'>((resolve) => {
    wire.onNews(() => wire.ending !== null && resolve('ended'));
  });
  const news = await firstOf([outcomes.answered, ended], CONNECT_MS, signal);
  if (news === 'answered') return { kind: 'open', tested: 'forward', wire };
  const wasHeard = wire.heard.length > 0;
  await wire.hangUp();
  // The server says that we are connected: to whom, if nobody came to us? A hop may be slow.
  if (!outcomes.hasArrived && (news === 'ended' || wasHeard || leadsBy === 'entrance')) {
    return blocked({ kind: 'otherProgram', entrance: door });
  }
  const failure = outcomes.onlyFailure();
  if (news === 'ended' && failure !== null) return blocked({ kind: 'refused', error: failure });
  return blocked(news === 'timedOut' ? { kind: 'timedOut', waitedMs: CONNECT_MS } : { kind: 'closed' });
}

/**
 * What the forward's connections learn while ours is under way. The server does not tell which of them is ours; but they
 * all have the same target, so that ours failed as they did where every one of them failed.
 */
class OutcomesMeanwhile {
  /** Resolves once the target took a connection. */
  readonly answered: Promise<'answered'>;
  readonly stop: () => void;
  readonly #outcomes: TargetOutcome[] = [];
  readonly #arrivals: Arrivals;
  readonly #arrivedBefore: number;

  constructor({ outcomes, arrivals }: Pick<Detour, 'outcomes' | 'arrivals'>) {
    this.#arrivals = arrivals;
    this.#arrivedBefore = arrivals.count;
    let sayAnswered: () => void = () => {};
    this.answered = new Promise((resolve) => {
      sayAnswered = () => resolve('answered');
    });
    this.stop = outcomes.subscribe((outcome) => {
      this.#outcomes.push(outcome);
      if (outcome.status === 'answered') sayAnswered();
    });
  }

  /** Somebody came in by the forward meanwhile; if nobody did, neither did we. */
  get hasArrived(): boolean {
    return this.#arrivals.count > this.#arrivedBefore;
  }

  onlyFailure() {
    const last = this.#outcomes.at(-1);
    return this.#outcomes.every(({ status }) => status === 'failed') && last?.status === 'failed'
      ? last.error
      : null;
  }
}
