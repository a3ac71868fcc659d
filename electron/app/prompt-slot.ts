import { assertNever } from '#shared/assert-never.ts';
import type { Prompt, PromptAnswer } from '#shared/prompt.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';

/**
 * Which secret a prompt asks for; null for what is never kept: a trusted key stands in known_hosts, and an
 * answer to the server's own questions may be good only once.
 */
export function slotOf(prompt: Prompt): SecretSlot | null {
  switch (prompt.kind) {
    case 'password':
      return { kind: 'password', user: prompt.user, host: prompt.host, port: prompt.port };
    case 'passphrase':
      return { kind: 'passphrase', keyFile: prompt.keyFile };
    case 'unknownHostKey':
    case 'questions':
      return null;
    default:
      return assertNever(prompt);
  }
}

/** Claims that the answer is of the kind that was asked for. */
export function fitsPrompt(prompt: Prompt, answer: PromptAnswer): boolean {
  switch (answer.kind) {
    case 'cancel':
      return true;
    case 'trust':
      return prompt.kind === 'unknownHostKey';
    case 'secret':
      return prompt.kind === 'password' || prompt.kind === 'passphrase';
    case 'answers':
      return prompt.kind === 'questions' && prompt.questions.length === answer.answers.length;
    default:
      return assertNever(answer);
  }
}
