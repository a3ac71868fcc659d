import { randomUUID } from 'node:crypto';
import type { ConfigForward } from '#shared/config-host.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import { clash } from '#shared/forward-clashes.ts';
import { type Forward, forwardSchema, MAX_FORWARDS } from '#shared/profile.ts';
import { forwardOfSpec } from './forward-of-spec.ts';
import type { ForwardSpec, SpecEnd } from './forward-spec.ts';
import type { HostAnswer } from './host-answer.ts';

/** A forward of a Host that no profile of it has: its place among the Host's forwards, and a sentence. */
export interface LeftForward {
  readonly index: number;
  readonly text: string;
}

/** The forwards of a Host that a profile of it can have side by side, and the others. */
export interface ForwardsTaken {
  readonly forwards: readonly ConfigForward[];
  readonly left: readonly LeftForward[];
}

/** Chooses the forwards of a Host that a profile can have, in their order. What ssh can have none of either is left out, too. */
export function takeForwards(answer: HostAnswer): ForwardsTaken {
  const forwards: Forward[] = [];
  const left: LeftForward[] = [];
  const beyond: number[] = [];
  for (const [index, spec] of answer.forwards.entries()) {
    const found = takeForward(spec, answer, forwards);
    if (typeof found !== 'string') {
      if (forwards.length < MAX_FORWARDS) forwards.push(found);
      else beyond.push(index);
    } else left.push({ index, text: `${specWords(spec)} is left out: ${found}` });
  }
  const [first] = beyond;
  if (first !== undefined) {
    const which = beyond.length === 1 ? 'One forward is' : `From here on, ${beyond.length} forwards are`;
    left.push({ index: first, text: `${which} left out: a profile can have at most ${MAX_FORWARDS}.` });
  }
  return { forwards: forwards.map(withoutId), left };
}

/** The forward as a profile has it beside those before it; else the reason why none can. */
function takeForward(spec: ForwardSpec, answer: HostAnswer, before: readonly Forward[]): Forward | string {
  const wanted = forwardOfSpec(spec, answer);
  if (wanted === null) {
    return 'a profile has no sockets of the file system, and no SOCKS on the server.';
  }
  const parsed = forwardSchema.safeParse({ ...wanted, id: randomUUID() });
  if (!parsed.success) return complaintOf(parsed.error.issues[0]?.path[0], wanted);
  if (before.some((other) => clash(other, parsed.data)))
    return 'another forward before it listens on that port.';
  return parsed.data;
}

function complaintOf(part: PropertyKey | undefined, wanted: ConfigForward): string {
  if (part === 'target') return 'its target is no host name or address.';
  return wanted.kind === 'remote'
    ? 'it listens on no name or address that a profile could ask for.'
    : 'a profile listens on addresses of this computer, and on no names.';
}

function withoutId(forward: Forward): ConfigForward {
  const { kind, bind } = forward;
  return kind === 'dynamic' ? { kind, bind } : { kind, bind, target: forward.target };
}

/** As a configuration writes it. */
function specWords({ listen, target }: ForwardSpec): string {
  return target === 'socks' ? endWords(listen) : `${endWords(listen)} ${endWords(target)}`;
}

function endWords(end: SpecEnd): string {
  if (end.kind === 'path') return end.path;
  return end.host === null ? String(end.port) : formatEndpoint({ host: end.host, port: end.port });
}
