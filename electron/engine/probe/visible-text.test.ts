import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBytesVisible, makeLineVisible } from './visible-text.ts';

/** Everything that a screen must not get: control characters but line feeds, what hides or reorders, half pairs. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/u;

describe('bytes made visible', () => {
  it.each([
    ['* OK IMAP4rev1 ready\r\n', '* OK IMAP4rev1 ready'],
    ['220-one\r\n220 two\r\n', '220-one\n220 two'],
    ['Grüße, 世界 €', 'Grüße, 世界 €'],
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['a\u202eb\u2066c\u200bd\ufeffe', 'a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}e'],
    ['\u{e0041}tag\u3164', '\\u{e0041}tag\\u{3164}'],
    ['tab\there\u00a0there', 'tab here there'],
    ['over\rwritten', 'over\\x0dwritten'],
    ['\x00\x7f', '\\x00\\x7f'],
    ['', ''],
  ])('%j reads %j', (text, shown) => {
    expect(makeBytesVisible(Buffer.from(text))).toBe(shown);
  });

  it('shows bytes that are no UTF-8 as such, also at a cut', () => {
    expect(makeBytesVisible(Buffer.from([0x41, 0xff, 0xc3, 0x28]))).toBe('A\\xff\\xc3(');
    expect(makeBytesVisible(Buffer.from('é').subarray(0, 1))).toBe('\\xc3');
    // An overlong slash and half of a surrogate pair: both are forbidden (RFC 3629 section 3).
    expect(makeBytesVisible(Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80]))).toBe('\\xc0\\xaf\\xed\\xa0\\x80');
  });

  it('cuts long lines and many lines', () => {
    expect(makeBytesVisible(Buffer.alloc(4096, 'x'))).toBe(`${'x'.repeat(159)}…`);
    expect(makeBytesVisible(Buffer.from('x\n'.repeat(2000))).split('\n')).toEqual([
      ...Array.from({ length: 8 }, () => 'x'),
      '…',
    ]);
  });

  it('is safe and short, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const shown = makeBytesVisible(bytes);
        expect(shown).not.toMatch(UNSAFE);
        expect(shown.length).toBeLessThanOrEqual(9 * 161);
      }),
    );
  });

  it('is safe and short, whatever the text', () => {
    const nasty = fc.constantFrom(
      '\x1b',
      '\u202e',
      '\u200d',
      '\ud800',
      '\u2028',
      '\u0085',
      '\u{1f600}',
      '\r',
      '\n',
    );
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 100 });
    fc.assert(
      fc.property(text, (parts) => {
        expect(makeBytesVisible(Buffer.from(parts.join('')))).not.toMatch(UNSAFE);
        const line = makeLineVisible(parts.join(''));
        expect(line).not.toMatch(UNSAFE);
        expect(line).not.toContain('\n');
        expect(line.length).toBeLessThanOrEqual(160);
      }),
    );
  });
});
