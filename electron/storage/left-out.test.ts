import { describe, expect, it } from 'vitest';
import { leftOutWords } from './left-out.ts';

const words = (...names: readonly (string | null)[]) =>
  leftOutWords('profiles.json', names).replace(/^.* left out/, '');

describe('what was left out of a file', () => {
  it('is counted', () => {
    expect(leftOutWords('profiles.json', [null])).toBe(
      'One entry of profiles.json could not be understood and was left out.',
    );
    expect(leftOutWords('profiles.json', [null, null])).toBe(
      '2 entries of profiles.json could not be understood and were left out.',
    );
  });

  it('is named', () => {
    expect(words('Mail')).toBe(': “Mail”.');
    expect(words('Mail', 'Web')).toBe(': “Mail” and “Web”.');
    expect(words('Mail', 'Web', 'Files')).toBe(': “Mail”, “Web” and “Files”.');
  });

  it('is named as far as a name could be read', () => {
    expect(words(null, 'Mail')).toBe(': “Mail” and one whose name could not be read.');
    expect(words('Mail', null, 'Web', null)).toBe(': “Mail”, “Web” and 2 whose name could not be read.');
  });

  it('is not listed without an end', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(words(...names)).toBe(': “a”, “b”, “c”, “d”, “e” and one more.');
    expect(words(...names, null)).toBe(': “a”, “b”, “c”, “d”, “e” and 2 more.');
  });
});
