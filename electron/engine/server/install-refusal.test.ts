import { describe, expect, it } from 'vitest';
import { scriptWords, shellWords } from './install-refusal.ts';

describe('why a key was not added', () => {
  // As dash, bash, BusyBox and GNU's tools say it.
  it.each([
    ['/bin/sh: 33: cannot create /home/ana/.ssh/authorized_keys: Permission denied', 'Permission denied'],
    ['sh: line 33: /home/ana/.ssh/authorized_keys: Read-only file system', 'Read-only file system'],
    ["sh: can't create /home/ana/.ssh/authorized_keys: Is a directory", 'Is a directory'],
    ["mkdir: cannot create directory '/home/ana/.ssh': Permission denied", 'Permission denied'],
    ['sh: line 33: printf: write error: No space left on device', 'No space left on device'],
  ])('is the cause alone, not how a shell puts it: %s', (said, cause) => {
    expect(scriptWords(said)).toBe(`~/.ssh/authorized_keys cannot be written there (${cause})`);
  });

  it('is a guess where the shell hides the cause', () => {
    expect(scriptWords('/bin/sh: 33: printf: printf: I/O error')).toBe(
      '~/.ssh/authorized_keys cannot be written there (I/O error); perhaps its disk is full',
    );
  });

  it('is in the words of the script otherwise, made safe', () => {
    expect(scriptWords('the account has no \u001b[31mhome folder')).toBe('the account has no home folder');
    expect(scriptWords('')).toBe('it did not say why');
  });

  it('asks to look first only where something may have been done', () => {
    const look = 'Look whether it is there before you try again';
    for (const reason of ['sessionLost', 'timedOut', 'tooMuch'] as const) {
      expect(shellWords({ reason }, true)).toContain(look);
      expect(shellWords({ reason }, false)).not.toContain(look);
    }
    expect(shellWords({ reason: 'silent' }, true)).not.toContain(look);
    expect(shellWords({ reason: 'refused', message: '' }, true)).not.toContain(look);
  });

  it('has no empty brackets', () => {
    expect(shellWords({ reason: 'otherAnswer', said: ' ' }, false)).not.toContain('(');
  });
});
