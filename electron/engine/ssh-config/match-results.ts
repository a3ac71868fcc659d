import type { Result } from '#shared/result.ts';
import { expandCommand } from '../expand-command.ts';
import { onlyTokens, type TokenValues } from './expand-tokens.ts';

/** What is known of a command of `Match exec`. One that did not end by itself counts as failed. */
export type CommandOutcome =
  | { readonly kind: 'ended'; readonly succeeded: boolean }
  | { readonly kind: 'notAllowed' }
  /** Allowed, and yet without a result; `reason` is a sentence. */
  | { readonly kind: 'noResult'; readonly reason: string };

/** What is known of the commands of `Match exec`. */
export interface MatchResults {
  /** What came of the command, run with these values of its tokens. */
  of(command: string, values: Result<TokenValues, string>): CommandOutcome;
}

/**
 * Results of allowed commands, by what was really run: the same line can mean another command for each host of a way. Notes the
 * first that is wanted and not known yet.
 */
export class AllowedResults implements MatchResults {
  readonly #allowed: readonly string[];
  readonly #results = new Map<string, CommandOutcome>();
  #wanted: string | null = null;

  constructor(allowed: readonly string[]) {
    this.#allowed = allowed;
  }

  of(command: string, values: Result<TokenValues, string>): CommandOutcome {
    if (!this.#allowed.includes(command)) return { kind: 'notAllowed' };
    const expanded = values.ok ? expandCommand(command, onlyTokens('dhijkLlnpru', values.value)) : values;
    if (!expanded.ok)
      return { kind: 'noResult', reason: `It is not run, and counts as failed. ${expanded.error}` };
    const known = this.#results.get(expanded.value);
    if (known === undefined) this.#wanted ??= expanded.value;
    return known ?? NOT_REACHED;
  }

  /** What is to be run next, as a shell takes it; null when all that was asked for is known. Forgets it. */
  takeWanted(): string | null {
    const wanted = this.#wanted;
    this.#wanted = null;
    return wanted;
  }

  note(expanded: string, outcome: CommandOutcome): void {
    this.#results.set(expanded, outcome);
  }
}

const NOT_REACHED: CommandOutcome = {
  kind: 'noResult',
  reason: 'It is not run, and counts as failed: too many commands come before it.',
};
