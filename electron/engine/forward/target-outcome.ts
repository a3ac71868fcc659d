import type { Endpoint } from '#shared/endpoint.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { ChannelRefusal } from './channel-source.ts';

/** What a real connection taught about a target; `at` in milliseconds since the epoch. */
export type TargetOutcome =
  | { readonly status: 'answered'; readonly at: number; readonly target: Endpoint }
  | {
      readonly status: 'failed';
      readonly at: number;
      readonly target: Endpoint;
      readonly error: TunnelError;
    };

/** Takes note of what a connection taught; `origin` is its client, as the listener saw it. */
export type OnTargetOutcome = (outcome: TargetOutcome, origin: Endpoint) => void;

/** The target took the connection. */
export function targetAnswered(target: Endpoint): TargetOutcome {
  return { status: 'answered', at: Date.now(), target };
}

/** The server did not connect to the target. Null when that says nothing about the target. */
export function targetRefused(target: Endpoint, refusal: ChannelRefusal): TargetOutcome | null {
  const at = Date.now();
  // The server wrote it, and people read it.
  const detail = makeServerLineSafe(refusal.message);
  switch (refusal.reason) {
    case 'sessionLost':
      return null;
    case 'notPermitted':
      return {
        status: 'failed',
        at,
        target,
        error: { code: 'targetNotAllowed', target, detail },
      };
    case 'connectFailed':
    case 'resourceShortage':
    case 'unknown':
      return {
        status: 'failed',
        at,
        target,
        error: { code: 'targetRefused', target, detail },
      };
  }
}

/** This computer did not connect to the target; `detail` is the system's code, such as ECONNREFUSED. */
export function targetUnreachable(target: Endpoint, detail: string): TargetOutcome {
  return { status: 'failed', at: Date.now(), target, error: { code: 'targetRefused', target, detail } };
}
