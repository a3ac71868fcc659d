import type { Result } from '#shared/result.ts';
import { isPlainWord } from '../plain-word.ts';
import { expandTokens, type TokenValues } from './expand-tokens.ts';

/** What is known of the commands of `Match exec`. */
export interface MatchResults {
  /** Whether it succeeded, run with these values of its tokens; null for one that was not run. */
  of(command: string, values: Result<TokenValues, string>): boolean | null;
}

/** No command is run. */
export const NOTHING_RAN: MatchResults = { of: () => null };

/**
 * Results of allowed commands, by what was really run: the same line can mean another command for each host of a way. Notes the
 * first that is wanted and not known yet.
 */
export class AllowedResults implements MatchResults {
  readonly #allowed: readonly string[];
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #results = new Map<string, boolean>();
  #wanted: string | null = null;

  constructor(allowed: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
    this.#allowed = allowed;
    this.#environment = environment;
  }

  of(command: string, values: Result<TokenValues, string>): boolean | null {
    if (!this.#allowed.includes(command) || !values.ok || !isHarmless(command, values.value)) return null;
    const expanded = expandTokens(command, values.value, this.#environment);
    if (!expanded.ok) return null;
    const known = this.#results.get(expanded.value);
    if (known === undefined) this.#wanted ??= expanded.value;
    return known ?? null;
  }

  /** What is to be run next, as a shell takes it; null when all that was asked for is known. Forgets it. */
  takeWanted(): string | null {
    const wanted = this.#wanted;
    this.#wanted = null;
    return wanted;
  }

  note(expanded: string, succeeded: boolean): void {
    this.#results.set(expanded, succeeded);
  }
}

/** The yes was to a command with gaps: what fills them must not become a command of its own. */
function isHarmless(command: string, { host, originalHost, user, hostKeyAlias, jump }: TokenValues): boolean {
  const tokens: Readonly<Record<string, string>> = {
    h: host,
    n: originalHost,
    r: user,
    k: hostKeyAlias ?? originalHost,
  };
  return [...command.matchAll(/%(.)/g)].every(([, token = '']) => {
    if (token === 'j')
      return jump === '' || jump.split(/[,[\]]/).every((part) => part === '' || isPlainWord(part));
    const value = tokens[token];
    return value === undefined || isPlainWord(value);
  });
}
