import type { Endpoint } from '#shared/endpoint.ts';

/** The port that needs no mention in a known_hosts file. */
export const defaultSshPort = 22;

/**
 * The name by which a server stands in a known_hosts file: the host in lower case, or `[host]:port` for
 * a port other than 22 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). One character a byte, as the files are read.
 */
export function knownHostName({ host, port }: Endpoint): string {
  const name = lowerCaseAscii(Buffer.from(host, 'utf8').toString('latin1'));
  return port === defaultSshPort ? name : `[${name}]:${port}`;
}

/**
 * Claims that a plain (not hashed) name field covers a name: comma-separated patterns, `*` for any number
 * of characters and `?` for one, where a single match after `!` rules the name out. Brackets are ordinary
 * characters, and letters of the field match in either case.
 *
 * As in OpenSSH's match_pattern_list a field with a pattern of 1023 characters or more covers nothing.
 */
export function coversName(field: string, name: string): boolean {
  let covered = false;
  for (const item of lowerCaseAscii(field).split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    if (pattern.length > longestPattern) return false;
    if (!matchesPattern(pattern, name)) continue;
    if (negated) return false;
    covered = true;
  }
  return covered;
}

const longestPattern = 1022;

/** Walks back to the last `*` only, so that no pattern takes exponential time. */
function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let inPattern = 0;
  let lastStar = -1;
  let resumeAt = 0;
  while (at < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      lastStar = inPattern++;
      resumeAt = at;
    } else if (wanted !== undefined && (wanted === '?' || wanted === name[at])) {
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

/** Other letters stay as they are: these are bytes, and half of a UTF-8 letter must not change. */
function lowerCaseAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
