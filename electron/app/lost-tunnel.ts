import type { Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardSnapshot, TunnelSnapshot } from '#shared/tunnel-state.ts';

/** A tunnel whose engine is gone and which waits for the next one. Its listeners went with the engine. */
export function tunnelAwaitingEngine(profile: Profile, now: number, retryAt: number): TunnelSnapshot {
  const error: TunnelError = { code: 'engineRestarted' };
  return {
    id: profile.id,
    state: { status: 'waiting', attempt: 1, retryAt, error },
    forwards: profile.forwards.map(
      ({ id, kind, enabled }): ForwardSnapshot => ({
        id,
        state: { status: enabled ? 'opening' : 'off' },
        target: { status: kind === 'dynamic' ? 'notApplicable' : 'unknown' },
      }),
    ),
    lastError: { at: now, error },
  };
}

/** A tunnel that is given up together with the engine, or a check that went down with it. */
export function failedTunnel(id: string, error: TunnelError): TunnelSnapshot {
  return { id, state: { status: 'failed', error }, forwards: [], lastError: null };
}
