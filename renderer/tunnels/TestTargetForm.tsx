import { useEffect, useRef, useState } from 'react';
import { parseEndpoint } from '#shared/endpoint.ts';
import type { Forward } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { TextField } from '../profiles/TextField.tsx';
import { askForTarget, closeTest, type ForwardTest, testForward } from '../store/test-store.ts';
import { focusTestButton } from './focus-test-button.ts';
import styles from './forward-test.module.css';

interface TestTargetFormProps {
  readonly tunnelId: string;
  readonly forward: Forward;
  readonly test: Extract<ForwardTest, { kind: 'asking' }>;
}

/** Asks where a SOCKS forward is to lead for a test. */
export function TestTargetForm({ tunnelId, forward, test }: TestTargetFormProps) {
  const [id, forwardId] = [tunnelId, forward.id];
  const field = useRef<HTMLInputElement>(null);
  const [isWrong, setWrong] = useState(false);
  const { text, takeFocus } = test;
  useEffect(() => {
    if (!takeFocus) return;
    field.current?.focus();
    // Once: a card that is scrolled out of view and back must not take the focus again.
    askForTarget({ id, forwardId }, text);
  }, [takeFocus, id, forwardId, text]);
  const send = (form: HTMLFormElement) => {
    const target = parseEndpoint(text);
    if (target === null || target.host === '' || target.port === 0) return setWrong(true);
    focusTestButton(form);
    void testForward({ id, forwardId }, target);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        focusTestButton(event.currentTarget);
        closeTest({ id, forwardId });
      }}
    >
      <TextField
        ref={field}
        label="Host and port to test"
        value={text}
        placeholder="intranet.example.org:80"
        onChange={(changed) => {
          setWrong(false);
          askForTarget({ id, forwardId }, changed);
        }}
        error={isWrong ? 'Enter a host and a port, such as localhost:80.' : undefined}
        hint="The server looks the name up."
        beside={<Button type="submit">Send test</Button>}
      />
    </form>
  );
}
