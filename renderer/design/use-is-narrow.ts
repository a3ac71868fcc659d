import { useLayoutEffect, useState } from 'react';
import { useRem } from './rem.ts';

/** Claims that an element is less than so many rem wide, and follows it; false while there is none. */
export function useIsNarrow(element: HTMLElement | null, belowRem: number): boolean {
  const below = belowRem * useRem();
  const [isNarrow, setNarrow] = useState(false);
  // Before anything is painted: else a narrow window would show the wide table for a moment.
  useLayoutEffect(() => {
    if (!element) return;
    setNarrow(element.offsetWidth < below);
    const observer = new ResizeObserver(() => setNarrow(element.offsetWidth < below));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, below]);
  return isNarrow;
}
