import { useEffect } from 'react';
import { markSeen } from '../store/app-store.ts';

/**
 * How long a question must have been shown before somebody can be about to answer it, in milliseconds: less than it takes to
 * read who asks. One answer often settles further questions, of the same key or account, which come and go sooner.
 */
const READING_MS = 500;

/** Takes down that a person has had the time to read this question. */
export function useSeen(promptId: string): void {
  useEffect(() => {
    const timer = setTimeout(() => markSeen(promptId), READING_MS);
    return () => clearTimeout(timer);
  }, [promptId]);
}
