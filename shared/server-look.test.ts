import { describe, expect, it } from 'vitest';
import { lookProblem, type SeenServer, type ServerLook } from './server-look.ts';

describe('why a server cannot be seen', () => {
  const problems: Exclude<ServerLook, SeenServer>[] = [
    { status: 'noCommands', at: 1, reason: 'refused', said: 'open failed' },
    { status: 'noCommands', at: 1, reason: 'otherAnswer', said: '' },
    { status: 'noCommands', at: 1, reason: 'otherAnswer', said: 'Go away.' },
    { status: 'noCommands', at: 1, reason: 'silent', said: '' },
    ...(['busy', 'timedOut', 'silent', 'tooMuch', 'sessionLost', 'noTool'] as const).map((reason) => ({
      status: 'failed' as const,
      at: 1,
      reason,
    })),
  ];

  it.each(problems)('is said in whole sentences: %j', (look) => {
    const words = lookProblem(look, 'core');
    expect(words).toContain('core');
    expect(words).toMatch(/^\S.*[.”]$/);
    expect(words).not.toMatch(/SERVER|undefined/);
  });

  it('is the user’s own wish, where it is', () => {
    expect(lookProblem({ status: 'notWanted', at: 1 }, 'core')).toBe(
      'Culvert does not look at this server, as the profile says. The tunnel works without.',
    );
  });

  it('quotes what was answered in our command’s place', () => {
    expect(
      problems.map((look) => lookProblem(look, 'core')).filter((words) => words.includes('Go away.')),
    ).toEqual([
      'core runs something of its own in place of commands, so its listeners cannot be seen. The tunnel works without. It answered: “Go away.”',
    ]);
  });
});
