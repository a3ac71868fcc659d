import { assertNever } from '#shared/assert-never.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProbeOutcome } from '#shared/probe.ts';
import { probeNote } from '#shared/probe-words.ts';
import type { Forward } from '#shared/profile.ts';
import type { TargetState } from '#shared/tunnel-state.ts';

/** What a probe teaches about a forward's target; null where it teaches nothing, as for the targets of SOCKS. */
export function targetAfterProbe(forward: Forward, outcome: ProbeOutcome): TargetState | null {
  if (forward.kind === 'dynamic') return null;
  const { at, secondHop } = outcome;
  const learnt = afterOne(forward.target, at, outcome);
  if (learnt !== null || secondHop === undefined) return learnt;
  // A hop that is slow says nothing of what is behind it.
  return secondHop.answer.kind === 'timedOut' ? null : afterOne(forward.target, at, secondHop);
}

function afterOne(
  target: Endpoint,
  at: number,
  { answer, connectMs }: Pick<ProbeOutcome, 'answer' | 'connectMs'>,
): TargetState | null {
  switch (answer.kind) {
    case 'banner':
    case 'http':
    case 'tls':
    case 'tlsFailed':
    case 'silent':
    case 'closed':
    case 'reset':
      // Whoever hung up on us may have been the listener.
      return connectMs === null ? null : { status: 'answered', at, probe: probeNote(answer) };
    case 'refused':
      return { status: 'failed', at, error: answer.error };
    case 'timedOut':
      return {
        status: 'failed',
        at,
        error: { code: 'targetRefused', target, detail: 'ETIMEDOUT' },
      };
    case 'entranceRefused':
    case 'sourceNotAllowed':
    case 'wayForbidden':
    case 'otherProgram':
    case 'notOpen':
      return null;
    default:
      return assertNever(answer);
  }
}
