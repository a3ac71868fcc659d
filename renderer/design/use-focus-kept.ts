import { type RefObject, useEffect, useRef } from 'react';

/**
 * For a part of the window whose controls give way to others when `what` changes: if the one that had the focus goes, the first
 * control that is there now gets it, so that the keyboard goes on from here and not from the top.
 */
export function useFocusKept(what: unknown): RefObject<HTMLDivElement | null> {
  const part = useRef<HTMLDivElement>(null);
  const known = useRef(what);
  useEffect(() => {
    if (Object.is(known.current, what)) return;
    known.current = what;
    if (document.activeElement !== document.body) return;
    part.current?.querySelector<HTMLElement>('input, select, button')?.focus();
  }, [what]);
  return part;
}
