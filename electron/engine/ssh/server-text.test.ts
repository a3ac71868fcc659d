import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeServerLineSafe, makeServerTextSafe } from './server-text.ts';

describe('makeServerTextSafe', () => {
  it.each([
    ['plain text', 'Password: ', 'Password: '],
    ['any script', 'Пароль für 東京 🔑', 'Пароль für 東京 🔑'],
    ['line feeds', 'a\nb', 'a\nb'],
    ['line ends of Windows', 'a\r\nb', 'a\nb'],
    ['tabs', 'a\tb', 'a b'],
    ['a return that would overwrite the line', 'good\rbad', 'goodbad'],
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor moves', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['a window title', 'a\u001b]0;evil\u0007b', 'ab'],
    ['a link', '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['a sequence of one byte', 'a\u009b31mb', 'ab'],
    ['a lone escape', 'a\u001b', 'a'],
    ['an unfinished sequence', 'a\u001b[31', 'a31'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'abc'],
    ['NUL', 'a\u0000b', 'ab'],
    ['C1 controls', 'a\u0085b\u009fc', 'abc'],
    ['text turned round', 'a\u202eb\u2066c\u061cd', 'abcd'],
    ['hidden characters', 'a\u200bb\u00adc\ufeffd\u2060e', 'abcde'],
    ['line separators', 'a\u2028b\u2029c', 'abc'],
    ['tags', 'a\u{e0041}b', 'ab'],
    ['paragraphs', 'a\n\nb\n  c', 'a\n\nb\n  c'],
    ['blank lines without end', `a${'\n'.repeat(200)}  b`, 'a\n\n  b'],
    ['lines that only look blank', 'a\n \n\u00a0\n\u2800\n\u3164\n\u200b\nb', 'a\n\nb'],
    ['blank lines at either end', '\n \n a\nb \n\n ', ' a\nb '],
    ['half a surrogate pair', 'a\ud83db', 'ab'],
  ])('handles %s', (_what, given, expected) => {
    expect(makeServerTextSafe(given)).toBe(expected);
  });

  it('cuts what is too long, and shows that it did', () => {
    expect(makeServerTextSafe('x'.repeat(1000))).toHaveLength(1000);
    expect(makeServerTextSafe('x'.repeat(1001))).toBe(`${'x'.repeat(999)}…`);
    expect(makeServerTextSafe('abcdef', 4)).toBe('abc…');
  });

  it('does not cut a character in half', () => {
    expect(makeServerTextSafe('ab🔑🔑', 4)).toBe('ab…');
  });

  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        ';',
        '1',
        'm',
        '\u0007',
        '\\',
        '\u009b',
        '\u009d',
        '\r',
        '\n',
        '\t',
        ' ',
        'a',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  });

  it('never lets a control or hidden character through, nor more than asked for', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 50 }), (text, maxLength) => {
        const safe = makeServerTextSafe(text, maxLength);
        expect(safe).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(safe).not.toMatch(/\n\s*\n\s*\n|^\n|\n$/);
        expect(safe.length).toBeLessThanOrEqual(maxLength);
        const line = makeServerLineSafe(text, maxLength);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|^\s|\s$| {2}/u);
        expect(line.length).toBeLessThanOrEqual(maxLength);
      }),
      { numRuns: 3000 },
    );
  });

  it('changes nothing in text that is safe already', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const safe = makeServerTextSafe(text);
        expect(makeServerTextSafe(safe)).toBe(safe);
      }),
    );
  });
});

describe('makeServerLineSafe', () => {
  it('makes one line of several', () => {
    expect(makeServerLineSafe('  One-time\r\n\tcode: \n')).toBe('One-time code:');
  });

  it('may have nothing left', () => {
    expect(makeServerLineSafe('\u001b[0m\n\t')).toBe('');
  });
});
