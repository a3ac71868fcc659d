/** What the editors of Windows write in front of UTF-8 (RFC 3629 section 6). */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Names the invisible characters of a keyword, for which ssh knows no such option; null where there are none. Without a word about
 * them the line would look right.
 */
export function invisibleWords(keyword: string): string | null {
  if (keyword.startsWith(BYTE_ORDER_MARK)) {
    return 'An invisible mark stands in front of this line, a “byte order mark” as some editors write it at the start of a file. Save the file as UTF-8 without it (“without BOM”).';
  }
  return /[\p{Cf}\p{Z}]/u.test(keyword)
    ? 'An invisible character, or a space of another kind, stands in the first word of this line. Type that word anew.'
    : null;
}
