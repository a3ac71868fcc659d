import { flushSync } from 'react-dom';

/** Adds a group of fields before the button that was pressed, and gives its first field the focus. */
export function addWithFocus(button: HTMLElement, add: () => void): void {
  flushSync(add);
  const groups = button.parentElement?.querySelectorAll(':scope > fieldset') ?? [];
  [...groups].at(-1)?.querySelector<HTMLElement>('input, select')?.focus();
}
