import { useEffect } from 'react';
import { Button } from '../design/Button.tsx';
import type { ProfileDraft } from './draft.ts';
import { LoginCheckOutcomeView } from './LoginCheckOutcome.tsx';
import styles from './profile-form.module.css';
import { type FieldErrors, readLogin } from './read-draft.ts';
import { useLoginCheck } from './use-login-check.ts';

interface CheckLoginProps {
  readonly draft: ProfileDraft;
  /** The login part of the draft is not right. */
  onInvalid(errors: FieldErrors): void;
}

/** Logs in with what the form says, opens nothing, and tells how it went. */
export function CheckLogin({ draft, onInvalid }: CheckLoginProps) {
  const { outcome, check, stop, forget } = useLoginCheck();
  const isRunning = outcome.kind === 'running';
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

  // An outcome speaks of what was checked, not of what has been typed since.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is the trigger
  useEffect(forget, [loginText]);

  const checkDraft = () => {
    const reading = readLogin(draft);
    if (reading.ok) void check(reading.profile);
    else onInvalid(reading.errors);
  };

  return (
    <div className={styles.check}>
      <Button onClick={checkDraft} disabled={isRunning}>
        Check login
      </Button>
      <LoginCheckOutcomeView outcome={outcome} />
      {isRunning && <Button onClick={stop}>Stop checking</Button>}
    </div>
  );
}
