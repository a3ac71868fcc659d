import { type RefObject, useEffect, useRef } from 'react';
import { useViewStore } from '../store/view-store.ts';

/**
 * For the button that opens a form, or with `what` the connections: gives it the focus when that is left, so that the
 * keyboard goes on where it was. `profileId` is whose form it opens, null for a new one.
 */
export function useReturnedFocus(
  profileId: string | null,
  what?: 'connections',
): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const isWanted = useViewStore(
    ({ view }) => view.name === 'tunnels' && view.focusOn === profileId && view.focusWhat === what,
  );
  useEffect(() => {
    if (!isWanted) return;
    button.current?.focus();
    // Once: a card that is scrolled out of view and back must not take the focus again.
    useViewStore.setState({ view: { name: 'tunnels' } });
  }, [isWanted]);
  return button;
}
