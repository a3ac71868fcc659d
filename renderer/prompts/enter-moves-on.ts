import type { KeyboardEvent } from 'react';

/**
 * For a form's `onKeyDown`: Enter in a field leads to the next one, as in a terminal, and only in the last one sends the form,
 * which costs the account a try. An Enter that is held down counts once.
 */
export function enterMovesOn(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  if (!(event.target instanceof HTMLInputElement)) return;
  const fields = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input:not([type="checkbox"])')];
  const index = fields.indexOf(event.target);
  const next = fields[index + 1];
  if (index === -1 || (next === undefined && !event.repeat)) return;
  event.preventDefault();
  if (!event.repeat) next?.focus();
}
