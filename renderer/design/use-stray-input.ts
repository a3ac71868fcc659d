import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef } from 'react';

/** As long as the second click of a double click may take, in milliseconds: the usual setting of desktops. */
const DOUBLE_CLICK_MS = 500;

interface StrayInput {
  readonly onClickCapture: (event: MouseEvent) => void;
  readonly onKeyDownCapture: (event: KeyboardEvent) => void;
}

/**
 * Drops what was meant for the dialog that stood here a moment before: the second half of a double click, which would agree to
 * a question that nobody has read, and an Enter too many in a field that is still empty.
 */
export function useStrayInput(): StrayInput {
  const openedAt = useRef(0);
  useLayoutEffect(() => {
    openedAt.current = performance.now();
  }, []);
  /** Does so only in the first moments. */
  const drop = (event: MouseEvent | KeyboardEvent) => {
    if (performance.now() - openedAt.current > DOUBLE_CLICK_MS) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    onClickCapture: (event) => {
      if (event.detail > 1) drop(event);
    },
    onKeyDownCapture: (event) => {
      const { key, target } = event;
      // Whoever types here has seen it.
      if (key !== 'Enter') openedAt.current = Number.NEGATIVE_INFINITY;
      else if (target instanceof HTMLInputElement && target.value === '') drop(event);
    },
  };
}

/** Claims that somebody is typing, or could be, in a field of the window. */
export function isInTextField(): boolean {
  return document.activeElement?.matches('textarea, input:not([type="checkbox"], [type="radio"])') ?? false;
}
