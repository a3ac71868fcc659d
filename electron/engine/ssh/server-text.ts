/** An ANSI escape sequence (ECMA-48): CSI, OSC up to its end, or a single escaped character. */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -~])|\u009b[0-?]*[ -/]*[@-~]/g;

/** Control characters other than line feed, and characters that hide or reorder text. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Makes text that a server sent fit to show to people: no escape sequences, no control characters, nothing
 * that reorders or hides text; at most `maxLength` characters. RFC 4252 section 5.4 and RFC 4256
 * section 3.2 ask clients for this. Tabs become spaces; line feeds stay, so that paragraphs do.
 */
export function makeServerTextSafe(text: string, maxLength = 1000): string {
  const plain = text
    .slice(0, maxLength * 4)
    .replace(ESCAPE_SEQUENCES, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' ')
    .replace(UNSAFE, '');
  return plain.length > maxLength ? `${plain.slice(0, maxLength - 1)}…` : plain;
}

/** The same for text that stands on one line, such as a field's label or a reason. */
export function makeServerLineSafe(text: string, maxLength = 200): string {
  return makeServerTextSafe(text.replaceAll('\n', ' '), maxLength).replace(/ {2,}/g, ' ').trim();
}
