import { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { isExposed } from './exposure.ts';

/** When an agreement to an exposure ends; times in milliseconds since the epoch. */
export const exposureEndSchema = z.discriminatedUnion('when', [
  z.object({ when: z.literal('never') }),
  /** When the user stops the tunnel or switches the forward off; a crash or a restart is not that. */
  z.object({ when: z.literal('stop') }),
  z.object({ when: z.literal('at'), at: z.number() }),
  /** It ended then, for good, whatever the clock says now. Kept so that the window can say so. */
  z.object({ when: z.literal('over'), at: z.number() }),
]);

/**
 * An agreement with limits to open a forward at one bind address. It is a field of its own because a Culvert that does
 * not know it drops it, and with it the agreement: so the limits cannot get lost and leave the door open.
 */
export const exposureLeaseSchema = z.object({ address: z.string().max(253), ends: exposureEndSchema });

/** For how long a person agrees to an exposure. */
export const exposureTermSchema = z.enum(['hour', 'today', 'untilStopped', 'always']);

export type ExposureEnd = z.output<typeof exposureEndSchema>;
export type ExposureLease = z.output<typeof exposureLeaseSchema>;
export type ExposureTerm = z.output<typeof exposureTermSchema>;

/** To what a person agrees. */
export interface ExposureAgreement {
  readonly term: ExposureTerm;
  /** Who may enter; empty: anyone. */
  readonly allowFrom: readonly string[];
}

/** What of a forward its exposure depends on. */
export interface Exposable {
  readonly bind: { readonly address: string };
  readonly exposureConfirmedFor?: string | undefined;
  readonly exposureLease?: ExposureLease | undefined;
  readonly allowFrom?: readonly string[] | undefined;
}

/** Whether a forward may be open to others, and until when. */
export type Exposure =
  /** Only this computer (or only the server) can reach it: there is nothing to agree to. */
  | { readonly status: 'loopback' }
  | { readonly status: 'notConfirmed' }
  | { readonly status: 'agreed'; readonly ends: Exclude<ExposureEnd, { when: 'over' }> }
  /** The time is over since `at`. */
  | { readonly status: 'expired'; readonly at: number };

/** Judges a forward at a moment. An agreement to another address counts for nothing; one with limits goes first. */
export function exposureOf(forward: Exposable, now: number): Exposure {
  const { address } = forward.bind;
  if (!isExposed(address)) return { status: 'loopback' };
  const lease = forward.exposureLease;
  if (lease?.address === address) return judge(lease.ends, now);
  return forward.exposureConfirmedFor === address
    ? { status: 'agreed', ends: { when: 'never' } }
    : { status: 'notConfirmed' };
}

/** Claims that nothing is to be asked before this forward is opened. */
export function isExposureConfirmed(forward: Exposable, now: number): boolean {
  const { status } = exposureOf(forward, now);
  return status === 'loopback' || status === 'agreed';
}

/** The forward with the user's agreement to open it at its present address; unchanged where nobody else can reach it. */
export function agreeToExposure<Rule extends Exposable>(
  forward: Rule,
  { term, allowFrom }: ExposureAgreement,
  now: number,
): Rule {
  const { address } = forward.bind;
  if (!isExposed(address)) return forward;
  const { allowFrom: _before, ...rest } = forward;
  const rule = { ...rest, ...(allowFrom.length > 0 && { allowFrom: [...allowFrom] }) };
  return withConsent(rule as unknown as Rule, address, endOf(term, now));
}

/** The forward without any agreement: it is closed to others. Who may enter stays noted. */
export function endExposure<Rule extends Exposable>(forward: Rule): Rule {
  if (forward.exposureConfirmedFor === undefined && forward.exposureLease === undefined) return forward;
  const { exposureConfirmedFor: _confirmed, exposureLease: _lease, ...rest } = forward;
  return rest as unknown as Rule;
}

/** The forward after the user has stopped it: an agreement that was to hold until then is used up. */
export function afterStop<Rule extends Exposable>(forward: Rule): Rule {
  return forward.exposureLease?.ends.when === 'stop' ? endExposure(forward) : forward;
}

/** The forward whose time is over: from now on also for a clock that is set back. */
export function afterExpiry<Rule extends Exposable>(forward: Rule, at: number): Rule {
  const lease = forward.exposureLease;
  if (lease?.ends.when !== 'at' || lease.ends.at !== at) return forward;
  return { ...forward, exposureLease: { ...lease, ends: { when: 'over', at } } };
}

/** The forward with exactly this agreement; without limits it is written as every version understands it. */
export function withConsent<Rule extends Exposable>(forward: Rule, address: string, ends: ExposureEnd): Rule {
  const bare = endExposure(forward);
  return ends.when === 'never' && (forward.allowFrom ?? []).length === 0
    ? { ...bare, exposureConfirmedFor: address }
    : { ...bare, exposureLease: { address, ends } };
}

/** The term to offer first: what the user chose before, else until Stop, which also holds for an unattended tunnel. */
export function usualTerm({ exposureConfirmedFor, exposureLease }: Exposable): ExposureTerm {
  if (exposureLease === undefined) return exposureConfirmedFor === undefined ? 'untilStopped' : 'always';
  const { ends } = exposureLease;
  switch (ends.when) {
    case 'never':
      return 'always';
    case 'stop':
      return 'untilStopped';
    case 'at':
    case 'over':
      return 'hour';
    default:
      return assertNever(ends);
  }
}

const HOUR_MS = 3_600_000;

function endOf(term: ExposureTerm, now: number): ExposureEnd {
  switch (term) {
    case 'hour':
      return { when: 'at', at: now + HOUR_MS };
    case 'today':
      return { when: 'at', at: nextMidnight(now) };
    case 'untilStopped':
      return { when: 'stop' };
    case 'always':
      return { when: 'never' };
    default:
      return assertNever(term);
  }
}

/** Of this computer's own calendar, in which a day can have 23 or 25 hours. */
function nextMidnight(now: number): number {
  return new Date(now).setHours(24, 0, 0, 0);
}

function judge(ends: ExposureEnd, now: number): Exposure {
  switch (ends.when) {
    case 'never':
    case 'stop':
      return { status: 'agreed', ends };
    case 'at':
      return now < ends.at ? { status: 'agreed', ends } : { status: 'expired', at: ends.at };
    case 'over':
      return { status: 'expired', at: ends.at };
    default:
      return assertNever(ends);
  }
}
