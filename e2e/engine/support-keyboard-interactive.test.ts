import { afterEach, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { runOpenSsh } from '../support/openssh-client.ts';

const closers = createClosers();
afterEach(closers.close);

describe('the imitation for prompts that sshd cannot ask', () => {
  it('asks several prompts in a round, echoed ones, and goes through a round without any', async () => {
    const server = await startKeyboardInteractiveServer([
      {
        name: 'Corporate login',
        instructions: 'Have your token ready',
        prompts: [
          { prompt: 'Badge number: ', echo: true },
          { prompt: 'PIN: ', echo: false },
        ],
        answers: ['0815', '4711'],
      },
      { instructions: 'Welcome', prompts: [], answers: [] },
      { prompts: [{ prompt: 'Token: ', echo: false }], answers: ['123456'] },
    ]);
    closers.add(server.close);
    const logIn = (answers: readonly string[]) =>
      runOpenSsh(server, { answers, args: ['-v'], command: 'true' });

    const wrong = await logIn(['0815', '4712']);
    expect(wrong.stderr).toMatch(/Permission denied/);
    expect(server.logins()).toBe(0);
    const right = await logIn(['0815', '4711', '123456']);
    expect(right.prompts.map((prompt) => /(\w+)( number)?: $/.exec(prompt)?.[0])).toEqual([
      'Badge number: ',
      'PIN: ',
      'Token: ',
    ]);
    expect(right.stderr).toMatch(/Corporate login[\s\S]*Have your token ready/);
    expect(server.logins()).toBe(1);
  });
});
