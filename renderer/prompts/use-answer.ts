import { useState } from 'react';
import type { PromptAnswer } from '#shared/prompt.ts';
import { run } from '../store/messages.ts';

/**
 * Answers a prompt once. The dialog stays, and says that it waits, until the tunnel has moved on; if the
 * answer did not arrive, it can be given again.
 */
export function useAnswer(
  tunnelId: string,
  promptId: string,
): { readonly isSent: boolean; answer(answer: PromptAnswer): void } {
  const [isSent, setSent] = useState(false);
  return {
    isSent,
    answer(answer) {
      if (isSent) return;
      setSent(true);
      void run('prompts.answer', { tunnelId, promptId, answer }).then((done) => {
        if (!done) setSent(false);
      });
    },
  };
}
