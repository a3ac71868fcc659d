import { useEffect, useRef, useState } from 'react';
import { describeError } from '#shared/describe-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { api } from '../api.ts';
import { Button } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { useAppStore } from '../store/app-store.ts';
import type { ProfileDraft } from './draft.ts';
import styles from './profile-form.module.css';
import { type FieldErrors, readLogin } from './read-draft.ts';

type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly checkId: string | null }
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly error: TunnelError }
  | { readonly kind: 'notDone'; readonly message: string };

interface CheckLoginProps {
  readonly draft: ProfileDraft;
  /** The login part of the draft is not right. */
  onInvalid(errors: FieldErrors): void;
}

/** Logs in with what the form says, opens nothing, and tells how it went. */
export function CheckLogin({ draft, onInvalid }: CheckLoginProps) {
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const isRunning = outcome.kind === 'running';
  const checkId = isRunning ? outcome.checkId : null;
  const loginText = JSON.stringify([
    draft.host,
    draft.port,
    draft.user,
    draft.method,
    draft.keyFile,
    draft.moreKeyFiles,
    draft.keyUse,
    draft.agentSocket,
    draft.agentKey,
  ]);
  const isMounted = useRef(true);

  useCheckOutcome(checkId, setOutcome);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  // An outcome speaks of what was checked, not of what has been typed since.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is the trigger
  useEffect(() => {
    setOutcome((current) => (current.kind === 'running' ? current : { kind: 'none' }));
  }, [loginText]);

  const check = async () => {
    const reading = readLogin(draft);
    if (!reading.ok) {
      onInvalid(reading.errors);
      return;
    }
    setOutcome({ kind: 'running', checkId: null });
    const reply = await api.call('login.check', { profile: reading.profile });
    if (!reply.ok) setOutcome({ kind: 'notDone', message: reply.error.message });
    else if (isMounted.current) setOutcome({ kind: 'running', checkId: reply.value.checkId });
    // The form was closed meanwhile, so nobody waits for the answer.
    else void api.call('login.endCheck', { checkId: reply.value.checkId });
  };

  return (
    <div className={styles.check}>
      <Button onClick={() => void check()} disabled={isRunning}>
        Check login
      </Button>
      <OutcomeView outcome={outcome} />
      {isRunning && <Button onClick={() => setOutcome({ kind: 'none' })}>Stop checking</Button>}
    </div>
  );
}

/** Watches the tunnel of a check until it says how the login went, and ends it then, or when nobody watches any more. */
function useCheckOutcome(checkId: string | null, setOutcome: (outcome: Outcome) => void): void {
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

function OutcomeView({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <p role="status" className={styles.outcome}>
          <Shape tone="busy" />
          Checking…
        </p>
      );
    case 'works':
      return (
        <p role="status" className={styles.outcome}>
          <Shape tone="ok" />
          Login works
        </p>
      );
    case 'refused': {
      const { what, advice } = describeError(outcome.error);
      return (
        <p role="alert" className={styles.outcome}>
          <Shape tone="bad" />
          <span>
            <strong>{what}</strong> {advice}
          </span>
        </p>
      );
    }
    case 'notDone':
      return (
        <p role="alert" className={styles.outcome}>
          <Shape tone="bad" />
          {outcome.message}
        </p>
      );
  }
}
