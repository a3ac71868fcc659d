import { useEffect, useState } from 'react';
import type { ServerLook } from '#shared/server-look.ts';
import { api } from '../api.ts';
import { keepSame } from './keep-same.ts';

/** How often a server is looked at, in milliseconds: each look is a program that runs there. */
const REFRESH_MS = 4_000;

/** What is known of a server. */
export interface ServerKnowledge {
  /** Null before the first answer. */
  readonly look: ServerLook | null;
  /** What was seen last, also when later looks failed; null if nothing ever was. */
  readonly seen: Extract<ServerLook, { status: 'seen' }> | null;
  /** Why there was no look at all, such as a tunnel that is not open. */
  readonly problem: string | null;
}

const nothingYet: ServerKnowledge = { look: null, seen: null, problem: null };

/** Looks at the server of a tunnel, if any, every four seconds while the view and the window can be seen. */
export function useServerLook(tunnelId: string | null): ServerKnowledge & { readonly lookAgain: () => void } {
  const [knowledge, setKnowledge] = useState(nothingYet);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (tunnelId === null) return;
    let isActive = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const keepLooking = async () => {
      if (document.visibilityState === 'visible') {
        const again = isFirst && asked > 0;
        isFirst = false;
        const reply = await api.call('listeners.listServer', { id: tunnelId, ...(again && { again }) });
        if (!isActive) return;
        setKnowledge((before) =>
          reply.ok ? afterLook(before, reply.value) : { ...before, problem: reply.error.message },
        );
      }
      // The next look starts after this one has ended, so that a slow server is never asked twice at once.
      timer = setTimeout(keepLooking, REFRESH_MS);
    };
    void keepLooking();
    return () => {
      isActive = false;
      clearTimeout(timer);
      // What was seen says nothing about what is there when somebody looks again.
      setKnowledge(nothingYet);
    };
  }, [tunnelId, asked]);
  // The effect's own end forgets what was seen.
  const lookAgain = () => setAsked((count) => count + 1);
  return { ...knowledge, lookAgain };
}

function afterLook({ seen }: ServerKnowledge, look: ServerLook): ServerKnowledge {
  switch (look.status) {
    case 'seen': {
      const listeners = [...keepSame(seen?.listeners ?? [], look.listeners)];
      const kept = { ...look, listeners };
      return { look: kept, seen: kept, problem: null };
    }
    case 'noCommands':
    case 'notWanted':
      return { look, seen: null, problem: null };
    case 'failed':
      return { look, seen, problem: null };
  }
}
