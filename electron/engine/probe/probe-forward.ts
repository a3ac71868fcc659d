import { assertNever } from '#shared/assert-never.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProbeOutcome, ProbeRequest, ProbeSpeech } from '#shared/probe.ts';
import type { Forward } from '#shared/profile.ts';
import type { Arrivals } from '../forward/arrivals.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { converse } from './converse.ts';
import { enterByHop, hopDoor } from './hop-way.ts';
import { enterLocally } from './local-way.ts';
import type { OutcomeFeed } from './outcome-feed.ts';
import { enterRemotely } from './remote-way.ts';
import type { Allows } from './server-door.ts';
import { usualSpeech } from './usual-speech.ts';
import type { Way } from './way.ts';

/** A forward that listens, over a session that is open. */
export interface ProbedForward {
  readonly forward: Forward;
  readonly bound: Endpoint;
  readonly source: ChannelSource;
  readonly outcomes: OutcomeFeed;
  /** Who comes in by it, if it is a remote one. */
  readonly arrivals: Arrivals;
  /** By the sources that the forward allows. */
  readonly allows: Allows;
  /** Where its second hop listens on the server; null where none is open. */
  readonly hopPort: number | null;
}

/** What a forward leads to: its own target, or for SOCKS the one that is asked for; null if none is. */
export function probedTarget(forward: Forward, { target }: ProbeRequest): Endpoint | null {
  return forward.kind === 'dynamic' ? (target ?? null) : forward.target;
}

/**
 * Sends one connection through a forward, says what is usual there and listens: 8 s and 4 KiB at most. Then another one
 * by the second hop, if there is one: that is where people outside come in. Never rejects. Resolves when the
 * connections are closed again; once `signal` aborts, that is at once, and the answer is `notOpen`.
 */
export async function probeForward(
  probed: ProbedForward,
  target: Endpoint,
  { speech = usualSpeech(target.port) }: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { source, outcomes, arrivals, hopPort } = probed;
  const talk = (enterNow: () => Promise<Way>) => talkThrough(enterNow, source, speech, target, signal);
  const found = await talk(() => enter(probed, target, signal));
  if (hopPort === null || found.answer.kind === 'notOpen') return { at: Date.now(), ...found };
  // One after the other: the server does not tell which of two connections is which.
  const byHop = await talk(() => enterByHop({ source, outcomes, arrivals }, hopPort, signal));
  const { tested: _always, ...secondHop } = byHop;
  return { at: Date.now(), ...found, secondHop: { entrance: hopDoor(hopPort), ...secondHop } };
}

/** One connection, from its start to its end. */
async function talkThrough(
  enterNow: () => Promise<Way>,
  source: ChannelSource,
  speech: ProbeSpeech,
  target: Endpoint,
  signal: AbortSignal,
): Promise<Omit<ProbeOutcome, 'at' | 'secondHop'>> {
  const startedAt = performance.now();
  const since = (time: number | null) => (time === null ? null : Math.max(0, time - startedAt));
  const way = await enterNow();
  const connectedAt = way.kind === 'open' ? performance.now() : null;
  const conversation =
    way.kind === 'open'
      ? await converse(way.wire, speech, target, signal)
      : { sent: null, answer: way.answer };
  if (way.kind === 'open') await way.wire.hangUp();
  const isGone = signal.aborted || source.isLost();
  return {
    tested: way.tested,
    sent: conversation.sent,
    connectMs: since(connectedAt),
    firstByteMs: way.kind === 'open' ? since(way.wire.firstByteAt) : null,
    answer: isGone ? { kind: 'notOpen' } : conversation.answer,
  };
}

function enter(probed: ProbedForward, target: Endpoint, signal: AbortSignal): Promise<Way> {
  const { forward, bound, source, outcomes, arrivals, allows } = probed;
  switch (forward.kind) {
    case 'local':
      return enterLocally({ bound, outcomes, allows, socksTarget: null }, signal);
    case 'dynamic':
      return enterLocally({ bound, outcomes, allows, socksTarget: target }, signal);
    case 'remote':
      return enterRemotely({ bound, target, source, outcomes, arrivals, allows }, signal);
    default:
      return assertNever(forward);
  }
}
