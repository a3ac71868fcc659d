import { assertNever } from '#shared/assert-never.ts';
import { type Endpoint, formatHost } from '#shared/endpoint.ts';
import type { ProbeAnswer, ProbeSpeech } from '#shared/probe.ts';
import { asciiHost } from '../ascii-host.ts';
import { hear } from './hear.ts';
import { recognise } from './recognise.ts';
import { shakeHands } from './shake-hands.ts';
import { makeLineVisible } from './visible-text.ts';
import type { Wire } from './wire.ts';

/** How long a service may take to greet, in milliseconds. */
export const GREETING_MS = 2_000;

/** How long a service may take to answer what it was sent, in milliseconds. */
export const ANSWER_MS = 2_500;

/** What was said to a target, and what came back. */
export interface Conversation {
  readonly sent: string | null;
  readonly answer: ProbeAnswer;
}

/** Speaks to a target as `speech` says, for 4 KiB and 2.5 s at most. Never rejects; leaves the wire as it is. */
export function converse(
  wire: Wire,
  speech: ProbeSpeech,
  target: Endpoint,
  signal: AbortSignal,
): Promise<Conversation> {
  switch (speech) {
    case 'listen':
      return listen(wire, target, signal);
    case 'http':
      return askForHead(wire, target, signal);
    case 'tls':
      return greetByTls(wire, target, signal);
    default:
      return assertNever(speech);
  }
}

async function listen(wire: Wire, { port }: Endpoint, signal: AbortSignal): Promise<Conversation> {
  await hear(wire, (heard) => (recognise(heard, port).isComplete ? 'soon' : 'more'), GREETING_MS, signal);
  return { sent: null, answer: whatWasHeard(wire, port, GREETING_MS) };
}

/** A request that changes nothing (RFC 9110 section 9.3.2). */
async function askForHead(wire: Wire, target: Endpoint, signal: AbortSignal): Promise<Conversation> {
  const host = formatHost(asciiHost(target.host));
  const authority = target.port === 80 ? host : `${host}:${target.port}`;
  const request = `HEAD / HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: Culvert\r\nConnection: close\r\n\r\n`;
  wire.write(request);
  await hear(wire, (heard) => (heard.includes('\r\n\r\n') ? 'done' : 'more'), ANSWER_MS, signal);
  const sent = request.replaceAll('\r', '').trim();
  return { sent, answer: readHead(wire.heard) ?? whatWasHeard(wire, target.port, ANSWER_MS) };
}

function readHead(heard: Buffer): ProbeAnswer | null {
  const [statusLine = '', ...headers] = heard.toString('latin1').split(/\r?\n/);
  if (!/^HTTP\/\d(?:\.\d)? \d{3}\b/.test(statusLine)) return null;
  const server = headers.find((line) => /^server:/i.test(line))?.slice('server:'.length);
  return {
    kind: 'http',
    statusLine: makeLineVisible(statusLine),
    server: server === undefined ? null : makeLineVisible(server),
  };
}

async function greetByTls(wire: Wire, target: Endpoint, signal: AbortSignal): Promise<Conversation> {
  const outcome = await shakeHands(wire, target, ANSWER_MS, signal);
  const sent = `TLS handshake for ${makeLineVisible(asciiHost(target.host))}`;
  if (outcome.kind === 'tls') return { sent, answer: outcome };
  const { heard } = wire;
  if (!startsLikeTls(heard)) return { sent, answer: whatWasHeard(wire, target.port, ANSWER_MS) };
  return { sent, answer: { kind: 'tlsFailed', detail: outcome.detail } };
}

/** A record of type 20 to 23 and version 3.x (RFC 8446 section 5.1). */
function startsLikeTls(heard: Buffer): boolean {
  const [type = 0, version = 0] = heard;
  return type >= 20 && type <= 23 && version === 3;
}

function whatWasHeard(wire: Wire, port: number, waitedMs: number): ProbeAnswer {
  const { heard, ending } = wire;
  if (heard.length > 0) return { kind: 'banner', ...recognise(heard, port) };
  switch (ending) {
    case null:
      return { kind: 'silent', waitedMs };
    case 'ended':
      return { kind: 'closed' };
    case 'reset':
      return { kind: 'reset' };
    default:
      return assertNever(ending);
  }
}
