import { Check, CircleAlert, Trash2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../design/Button.tsx';
import { dismissMessage, type Message, run, useMessages } from '../store/messages.ts';
import styles from './messages.module.css';

/** How long a message stays, in milliseconds. What can be undone stays long enough to find it by keyboard. */
const LIFETIME_MS = { done: 4_000, error: 12_000, deleted: 20_000 } as const;

/** Short words that pass by at the bottom, and `Undo`. */
export function Messages() {
  const messages = useMessages((state) => state.messages);
  useUndoShortcut(messages);
  return (
    <div aria-live="polite" className={styles.messages}>
      {messages.map((message) => (
        <MessageView key={message.id} message={message} />
      ))}
    </div>
  );
}

function MessageView({ message }: { readonly message: Message }) {
  const [isHeld, setHeld] = useState(false);
  const undo = useRef<HTMLButtonElement>(null);
  const takesFocus = message.kind === 'deleted' && message.takeFocus;
  useEffect(() => {
    if (takesFocus) undo.current?.focus();
  }, [takesFocus]);
  useEffect(() => {
    // Nobody loses the way back while the pointer or the focus is on it.
    if (isHeld) return;
    const timer = setTimeout(() => dismissMessage(message.id), LIFETIME_MS[message.kind]);
    return () => clearTimeout(timer);
  }, [isHeld, message]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the handlers only hold the message while it is looked at
    <div
      className={styles.message}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles[message.kind]} aria-hidden="true">
        {ICONS[message.kind]}
      </span>
      <p role={message.kind === 'error' ? 'alert' : undefined}>{message.text}</p>
      {message.kind === 'deleted' && (
        <Button ref={undo} look="soft" onClick={() => void undoDelete(message)}>
          Undo
        </Button>
      )}
      <IconButton label="Dismiss" onClick={() => dismissMessage(message.id)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

const ICONS = { done: <Check />, error: <CircleAlert />, deleted: <Trash2 /> } as const;

async function undoDelete(message: Extract<Message, { kind: 'deleted' }>): Promise<void> {
  const restored = await run('profiles.undoDelete', { id: message.profileId });
  if (restored) dismissMessage(message.id);
}

/** Ctrl+Z takes the last deletion back, unless it is meant for a text that is being typed. */
function useUndoShortcut(messages: readonly Message[]): void {
  const last = messages.findLast((message) => message.kind === 'deleted');
  useEffect(() => {
    if (last?.kind !== 'deleted') return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z';
      const isTyping = event.target instanceof HTMLInputElement;
      if (!isUndo || isTyping || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      void undoDelete(last);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [last]);
}
