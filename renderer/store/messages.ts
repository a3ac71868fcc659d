import { create } from 'zustand';
import type { CommandError, InputOf, OutputOf } from '#shared/contract/command.ts';
import type { CommandName, Commands } from '#shared/contract/index.ts';
import { api } from '../api.ts';

/** A short word that passes by. */
export type Message = { readonly id: number; readonly text: string } & (
  | { readonly kind: 'done' }
  | { readonly kind: 'error' }
  /** Can be taken back. `takeFocus` when the keyboard asked for it, whose place on the page is gone. */
  | { readonly kind: 'deleted'; readonly profileId: string; readonly takeFocus: boolean }
);

/** More would hide the view behind them. */
const MAX_MESSAGES = 4;

let lastId = 0;

/** The messages on show, the oldest first. */
export const useMessages = create<{ readonly messages: readonly Message[] }>()(() => ({ messages: [] }));

/** Says that something is done. */
export function sayDone(text: string): void {
  show({ id: nextId(), kind: 'done', text });
}

/** Says that something could not be done. */
export function sayError(text: string): void {
  show({ id: nextId(), kind: 'error', text });
}

/** Says that a profile is deleted, and offers to take that back. */
export function sayDeleted(profileId: string, name: string, takeFocus: boolean): void {
  show({ id: nextId(), kind: 'deleted', profileId, takeFocus, text: `Deleted “${name}”.` });
}

export function dismissMessage(id: number): void {
  useMessages.setState(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));
}

/** Gives a command and says so if it fails. Gives back what the command gave, or null. */
export async function run<Name extends CommandName>(
  name: Name,
  input: InputOf<Commands[Name]>,
): Promise<{ readonly value: OutputOf<Commands[Name]> } | null> {
  const reply = await api.call(name, input);
  if (reply.ok) return { value: reply.value };
  sayError((reply.error satisfies CommandError).message);
  return null;
}

/** A passing word replaces the one before it; what can be undone is kept. */
function show(message: Message): void {
  useMessages.setState(({ messages }) => ({
    messages: [
      ...messages.filter(({ kind }) => message.kind === 'deleted' || kind === 'deleted'),
      message,
    ].slice(-MAX_MESSAGES),
  }));
}

function nextId(): number {
  lastId += 1;
  return lastId;
}
