import { useEffect, useState } from 'react';
import type { SystemListener } from '#shared/listener.ts';
import { api } from '../api.ts';
import { keepSame } from './keep-same.ts';

/** How often the table looks again, in milliseconds. */
const REFRESH_MS = 2_000;

/** What the last look gave. */
export interface ListenersLook {
  /** Null before the first look. */
  readonly listeners: readonly SystemListener[] | null;
  /** Why the last look failed; what was seen before stays. */
  readonly problem: string | null;
}

/** Looks at the listeners every two seconds while the view and the window can be seen. */
export function useListeners(): ListenersLook {
  const [look, setLook] = useState<ListenersLook>({ listeners: null, problem: null });
  useEffect(() => {
    let isActive = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      if (document.visibilityState === 'visible') {
        const reply = await api.call('listeners.list', null);
        if (!isActive) return;
        setLook((before) =>
          reply.ok
            ? { listeners: keepSame(before.listeners ?? [], reply.value.listeners), problem: null }
            : { ...before, problem: reply.error.message },
        );
      }
      // The next look starts after this one has ended, so that a slow system is never asked twice at once.
      timer = setTimeout(again, REFRESH_MS);
    };
    void again();
    return () => {
      isActive = false;
      clearTimeout(timer);
    };
  }, []);
  return look;
}
