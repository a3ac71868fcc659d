import type { PromptAnswer } from '#shared/prompt.ts';
import { markAnswered, useAppStore } from '../store/app-store.ts';
import type { Asking } from '../store/askings.ts';
import { run } from '../store/messages.ts';

/**
 * Answers a prompt once. The dialog stays, and says that it waits, until the tunnel has moved on; if the
 * answer did not arrive, it can be given again.
 */
export function useAnswer(
  tunnelId: string,
  promptId: string,
): { readonly isSent: boolean; answer(answer: PromptAnswer): void } {
  const isSent = useAppStore(({ askings }) => askings.some((asking) => isAnswered(asking, promptId)));
  return {
    isSent,
    answer(answer) {
      // Asked of the store, since a second press may come before the dialog is drawn again.
      if (useAppStore.getState().askings.some((asking) => isAnswered(asking, promptId))) return;
      markAnswered(promptId, true);
      void run('prompts.answer', { tunnelId, promptId, answer }).then((done) => {
        if (!done) markAnswered(promptId, false);
      });
    },
  };
}

function isAnswered(asking: Asking, promptId: string): boolean {
  return asking.kind === 'prompt' && asking.promptId === promptId && asking.progress === 'answered';
}
