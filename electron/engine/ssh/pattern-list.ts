/**
 * Claims that a list of patterns covers a text (ssh_config(5), PATTERNS; match.c, match_pattern_list):
 * comma-separated, `*` for any number of characters and `?` for one, where a single match after `!` rules the text
 * out. Letters are compared as they stand.
 *
 * As in OpenSSH a list with a pattern of 1023 characters or more covers nothing.
 */
export function matchesPatternList(list: string, text: string): boolean {
  let covered = false;
  for (const item of list.split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    if (pattern.length > longestPattern) return false;
    if (!matchesPattern(pattern, text)) continue;
    if (negated) return false;
    covered = true;
  }
  return covered;
}

const longestPattern = 1022;

/**
 * Claims that one pattern covers a text (match.c, match_pattern). Walks back to the last `*` only, so that no
 * pattern takes exponential time.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let lastStar = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      lastStar = inPattern++;
      resumeAt = at;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[at])) {
      inPattern++;
      at++;
    } else if (lastStar !== -1) {
      inPattern = lastStar + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}

/** The letters A to Z in lower case. Other letters stay as they are: these are bytes, and half of a UTF-8 letter must not change. */
export function lowerCaseAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
