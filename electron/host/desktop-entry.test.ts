import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { autostartEntry, execValue } from './desktop-entry.ts';

describe('execValue', () => {
  it('quotes every argument', () => {
    expect(execValue(['/opt/my app/culvert', '--hidden'])).toBe('"/opt/my app/culvert" "--hidden"');
  });

  it.each(['a"b', 'a`id`b', '$HOME', 'back\\slash', '100%', "it's", 'a;b&c|d', 'emoji 🚇'])(
    'brings %s to the program as it is',
    (argument) => {
      // Undo the string value, then let a shell undo the quoting, whose rules inside double quotes are the same.
      const value = execValue(['printf', '%s', argument]).replaceAll('\\\\', '\\').replaceAll('%%', '%');
      expect(execFileSync('sh', ['-c', value], { encoding: 'utf8' })).toBe(argument);
    },
  );

  it('refuses a line break, which could begin a key of its own', () => {
    expect(() => execValue(['a\nExec=evil'])).toThrow();
  });
});

describe('autostartEntry', () => {
  it('is a desktop entry', () => {
    const lines = autostartEntry(['/opt/culvert', '--hidden']).split('\n');
    expect(lines[0]).toBe('[Desktop Entry]');
    expect(lines).toContain('Exec="/opt/culvert" "--hidden"');
  });
});
