import { z } from 'zod';

/**
 * Any control character, half of a surrogate pair, or character that reorders or hides text (bidi, zero width,
 * tags). The two joiners inside a word are spelling, in Persian and in emoji.
 */
const UNSAFE_TEXT = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|^[\u200c\u200d]|[\u200c\u200d]$/u;

/** Claims that the text shows all that it is. */
export const isPlainText = (text: string): boolean => !UNSAFE_TEXT.test(text);

/** A field of one line, trimmed, that shows what it is; `what` begins its complaints. Lengths in UTF-16 units. */
export const oneLine = (what: string, maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength, `${what} can be at most ${maxLength} characters long.`)
    .refine(isPlainText, `${what} cannot contain control or invisible characters.`);
