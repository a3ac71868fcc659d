import { useState } from 'react';

/**
 * How many pixels a rem has. Asked once a mount: every later question would make the browser lay out the page
 * in the middle of a redraw.
 */
export function useRem(): number {
  const [rem] = useState(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  return rem;
}
