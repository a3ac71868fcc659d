/** One key of `authorized_keys` (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
export interface AuthorizedKey {
  /** What stands in front of the key, such as `from="10.0.0.1",no-pty`; empty if nothing does. */
  readonly options: string;
  readonly type: string;
  /** In base64. */
  readonly blob: string;
}

/**
 * Reads a line as sshd does (auth2-pubkeyfile.c, auth_check_authkey_line): a key, or options and a key; what follows is a comment,
 * whatever it looks like. Null for a line that holds no key.
 */
export function readAuthorizedKey(line: string): AuthorizedKey | null {
  const text = line.replace(/^[ \t]+/, '');
  if (text === '' || text.startsWith('#')) return null;
  const plain = keyAt(text);
  if (plain !== null) return { options: '', ...plain };
  const end = endOfOptions(text);
  const key = keyAt(text.slice(end).replace(/^[ \t]+/, ''));
  return key && { options: text.slice(0, end), ...key };
}

/** Claims that a key stands there for what it certifies, and lets nobody in by itself. */
export function isAuthority({ options }: AuthorizedKey): boolean {
  return options
    .replace(/"(?:\\"|[^"])*"/g, '""')
    .split(',')
    .some((option) => option.toLowerCase() === 'cert-authority');
}

const KEY = /^((?:ssh-|ecdsa-|sk-)[\w@.-]+)[ \t]+([A-Za-z0-9+/]{12,}={0,2})(?=\s|$)/;

function keyAt(text: string): Pick<AuthorizedKey, 'type' | 'blob'> | null {
  const [, type, blob] = KEY.exec(text) ?? [];
  return type === undefined || blob === undefined ? null : { type, blob };
}

/** The first blank outside of quotation marks; `\"` is none (auth-options.c, sshkey_advance_past_options). */
function endOfOptions(text: string): number {
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && text[at + 1] === '"') at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === ' ' || character === '\t')) return at;
  }
  return text.length;
}
