import { cutText } from '../ssh/server-text.ts';

/** Lines that a screen shows of what a service says, and characters of each. */
const MAX_LINES = 8;
const MAX_LINE_CHARACTERS = 160;

/**
 * Bytes of unknown origin as text for a screen: UTF-8 where they are, everything else as a visible escape such as
 * `\x1b` or `\u{202e}`: control characters, bytes that are no UTF-8, characters that hide or reorder text. Line feeds
 * stay, and carriage returns before them go. Long lines and many lines are cut, with an ellipsis.
 */
export function makeBytesVisible(bytes: Uint8Array): string {
  const lines = [...charactersOf(bytes)].join('').split('\n');
  while (lines.at(-1) === '') lines.pop();
  const shown = lines.slice(0, MAX_LINES).map((line) => cutText(line, MAX_LINE_CHARACTERS));
  return (lines.length > MAX_LINES ? [...shown, '…'] : shown).join('\n');
}

/** The same for text that has to stand on one line, such as a header or a certificate's name. */
export function makeLineVisible(text: string, maxCharacters = MAX_LINE_CHARACTERS): string {
  const visible = [...charactersOf(Buffer.from(text.slice(0, maxCharacters * 4)))].join('');
  return cutText(visible.replaceAll('\n', ' ').trim(), maxCharacters);
}

function* charactersOf(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const length = sequenceLength(byte);
    const character = decode(bytes.subarray(at, at + length));
    at += character === null ? 1 : length;
    if (character === null) yield byteEscape(byte);
    else if (character === '\r' && bytes[at] === LINE_FEED) continue;
    else yield visible(character, byte);
  }
}

const LINE_FEED = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** By the first byte (RFC 3629 section 3). */
function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function decode(sequence: Uint8Array): string | null {
  try {
    return utf8.decode(sequence);
  } catch {
    return null;
  }
}

/** Letters, marks, numbers, punctuation and symbols; but some of them are drawn as nothing at all. */
const DRAWN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const DRAWN_AS_NOTHING = /\p{Default_Ignorable_Code_Point}/u;

function visible(character: string, firstByte: number): string {
  if (character === '\n') return character;
  if (character === '\t' || /\p{Zs}/u.test(character)) return ' ';
  if (DRAWN.test(character) && !DRAWN_AS_NOTHING.test(character)) return character;
  if (firstByte < 0x80) return byteEscape(firstByte);
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
