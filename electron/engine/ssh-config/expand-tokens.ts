import type { Result } from '#shared/result.ts';

/** What the tokens of ssh_config(5), TOKENS, stand for; null where it is not known at that place. */
export interface TokenValues {
  readonly host: string;
  readonly originalHost: string;
  readonly port: number;
  readonly user: string;
  readonly localUser: string;
  readonly home: string;
  readonly hostKeyAlias: string | null;
  readonly localHost: string;
  readonly uid: number | null;
  readonly jump: string;
}

/**
 * Puts values in place of `%h`, `%p` and the other tokens, and of `${NAME}` (misc.c, vdollar_percent_expand).
 * An unknown token and a variable that is not set are failures, as they are to ssh: half of a path is no path.
 */
export function expandTokens(
  text: string,
  values: TokenValues,
  environment: Readonly<Record<string, string | undefined>>,
): Result<string, string> {
  let failure: string | null = null;
  const fail = (reason: string): string => {
    failure ??= reason;
    return '';
  };
  const value = text.replace(/%(.?)|\$\{([^}]*)(\}?)/gsu, (_all, token, name, close) => {
    if (token !== undefined) return tokenValue(token, values) ?? fail(`It has the unknown token %${token}.`);
    if (close === '' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return fail('It names an environment variable wrongly.');
    return environment[name] ?? fail(`The environment variable ${name} is not set.`);
  });
  return failure === null ? { ok: true, value } : { ok: false, error: failure };
}

/** Puts values in place of `${NAME}` alone, as ssh does in a forward before it looks at it; null where one is not set. */
export function expandVariables(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  let isWhole = true;
  const value = text.replace(/\$\{([^}]*)(\}?)/g, (_all, name: string, close: string) => {
    const found = close === '' ? undefined : environment[name];
    isWhole &&= found !== undefined;
    return found ?? '';
  });
  return isWhole ? value : null;
}

/** What a token stands for where only these have a meaning, each one letter (ssh_config(5), TOKENS). */
export function onlyTokens(tokens: string, values: TokenValues): (token: string) => string | undefined {
  return (token) => (token !== '' && tokens.includes(token) ? tokenValue(token, values) : undefined);
}

/** What one token stands for; undefined for one that is unknown, or that nothing is known of. */
function tokenValue(token: string, values: TokenValues): string | undefined {
  switch (token) {
    case '%':
      return '%';
    case 'd':
      return values.home;
    case 'h':
      return values.host;
    case 'i':
      return values.uid === null ? undefined : String(values.uid);
    case 'j':
      return values.jump;
    case 'k':
      return values.hostKeyAlias ?? values.originalHost;
    case 'L':
      return values.localHost.split('.')[0];
    case 'l':
      return values.localHost;
    case 'n':
      return values.originalHost;
    case 'p':
      return String(values.port);
    case 'r':
      return values.user;
    case 'u':
      return values.localUser;
    default:
      return undefined;
  }
}

/** Puts the home folder in place of a leading `~` (misc.c, tilde_expand); another user's `~name` stays as it is, see `isOthersHome`. */
export function expandTilde(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? home + path.slice(1) : path;
}

/** Claims that a path begins in the home folder of a user who is named (`~ana/…`), which Culvert does not look up. */
export function isOthersHome(path: string): boolean {
  return /^~[^/]/.test(path);
}

/** A path for the eye: the home folder as `~`. */
export function shownPath(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
