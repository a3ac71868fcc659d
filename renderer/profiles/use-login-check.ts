import { useEffect, useRef, useState } from 'react';
import type { Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { api } from '../api.ts';
import { useAppStore } from '../store/app-store.ts';

export type LoginCheckOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly checkId: string | null }
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly error: TunnelError }
  | { readonly kind: 'notDone'; readonly message: string };

export interface LoginCheck {
  readonly outcome: LoginCheckOutcome;
  /** Logs in with this profile and opens nothing. */
  check(profile: Profile): Promise<void>;
  stop(): void;
  /** The outcome speaks of what is not asked any more; one that runs goes on. */
  forget(): void;
}

/** Checks a login, one at a time, and ends it when it has told how it went, or when nobody watches any more. */
export function useLoginCheck(): LoginCheck {
  const [outcome, setOutcome] = useState<LoginCheckOutcome>({ kind: 'none' });
  const isMounted = useRef(true);
  useCheckOutcome(outcome.kind === 'running' ? outcome.checkId : null, setOutcome);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  return {
    outcome,
    check: async (profile) => {
      setOutcome({ kind: 'running', checkId: null });
      const reply = await api.call('login.check', { profile });
      if (!reply.ok) setOutcome({ kind: 'notDone', message: reply.error.message });
      else if (isMounted.current) setOutcome({ kind: 'running', checkId: reply.value.checkId });
      // The form was closed meanwhile, so nobody waits for the answer.
      else void api.call('login.endCheck', { checkId: reply.value.checkId });
    },
    stop: () => setOutcome({ kind: 'none' }),
    forget: () => setOutcome((current) => (current.kind === 'running' ? current : { kind: 'none' })),
  };
}

/** Watches the tunnel of a check until it says how the login went, and ends it then, or when nobody watches any more. */
function useCheckOutcome(checkId: string | null, setOutcome: (outcome: LoginCheckOutcome) => void): void {
  const state = useAppStore(({ tunnels }) => (checkId === null ? undefined : tunnels[checkId]?.state));
  useEffect(() => {
    if (checkId === null) return;
    return () => void api.call('login.endCheck', { checkId });
  }, [checkId]);
  useEffect(() => {
    if (state?.status === 'open') setOutcome({ kind: 'works' });
    if (state?.status === 'failed' || state?.status === 'waiting') {
      setOutcome({ kind: 'refused', error: state.error });
    }
  }, [state, setOutcome]);
}
