/** An ANSI escape sequence (ECMA-48): CSI, OSC up to its end, or a single escaped character. */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -~])|\u009b[0-?]*[ -/]*[@-~]/g;

/** Control characters other than line feed, characters that hide or reorder text, halves of surrogate pairs. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** What looks blank, but for line feeds: spaces, the empty Braille pattern and the fillers of Hangul. */
const BLANK = '(?:[^\\S\\n]|[\\u2800\\u3164\\u115f\\u1160\\uffa0])*';

/** More than one blank line. */
const GAPS = new RegExp(`\\n(?:${BLANK}\\n){2,}`, 'g');

/** Blank lines at either end. */
const ENDS = new RegExp(`^(?:${BLANK}\\n)+|(?:\\n${BLANK})+$`, 'g');

/**
 * Makes text that a server sent fit to show to people: no escape sequences, no control characters, nothing
 * that reorders or hides text; at most `maxLength` characters. RFC 4252 section 5.4 and RFC 4256
 * section 3.2 ask clients for this. Tabs become spaces; line feeds stay, so that paragraphs do, but never more
 * than one blank line: with enough of them a server pushes what is ours out of sight.
 */
export function makeServerTextSafe(text: string, maxLength = 1000): string {
  const plain = text
    .slice(0, maxLength * 4)
    .replace(ESCAPE_SEQUENCES, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' ')
    .replace(UNSAFE, '')
    .replace(GAPS, '\n\n')
    .replace(ENDS, '');
  return cutText(plain, maxLength);
}

/** The same for text that stands on one line, such as a field's label or a reason. */
export function makeServerLineSafe(text: string, maxLength = 200): string {
  return makeServerTextSafe(text.replaceAll('\n', ' '), maxLength).replace(/ {2,}/g, ' ').trim();
}

/** Text of at most so many UTF-16 units, with an ellipsis where it is cut; half of a surrogate pair is never left. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/\p{Cs}$/u, '')}…`;
}
