import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { type ConnectionsLook, nextRows } from './next-rows.ts';

/** How often the table looks again, in milliseconds. */
const REFRESH_MS = 1_000;

interface Connections {
  /** What the last look gave; null before the first. */
  readonly look: ConnectionsLook | null;
  /** Why the last look failed; what was seen before stays. */
  readonly problem: string | null;
  /** Looks at once. */
  refresh(): void;
}

/** Looks at a tunnel's connections once a second while the view and the window can be seen. */
export function useConnections(tunnelId: string): Connections {
  const [state, setState] = useState<Omit<Connections, 'refresh'>>({ look: null, problem: null });
  const lookNow = useRef<() => void>(() => {});
  useEffect(() => {
    let isActive = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') {
        const reply = await api.call('connections.list', { id: tunnelId });
        if (!isActive) return;
        setState((before) =>
          reply.ok
            ? { look: nextRows(before.look, reply.value), problem: null }
            : { ...before, problem: reply.error.message },
        );
      }
      // The next look starts after this one has ended, so that a slow system is never asked twice at once.
      clearTimeout(timer);
      timer = setTimeout(again, REFRESH_MS);
    };
    lookNow.current = () => void again();
    void again();
    return () => {
      isActive = false;
      clearTimeout(timer);
      lookNow.current = () => {};
    };
  }, [tunnelId]);
  return { ...state, refresh: useCallback(() => lookNow.current(), []) };
}
