import { lowerCaseAscii, matchesPatternList } from '../ssh/pattern-list.ts';
import type { CommandOutcome } from './match-results.ts';
import { nextWord } from './split-line.ts';

/** What the criteria of a `Match` line are held against. */
export interface MatchContext {
  readonly isFinalPass: boolean;
  /** The name to connect to, as far as it is known at that line. */
  readonly host: string;
  readonly originalHost: string;
  readonly user: string;
  readonly localUser: string;
  /** What came of a command that the user allowed. */
  ran(command: string): CommandOutcome;
}

/** `reason`: a sentence; null where nobody has allowed the command yet. */
export interface FailingCommand {
  readonly command: string;
  readonly reason: string | null;
}

/** `wantsFinalPass`: the whole configuration is to be read once more (ssh_config(5), Match final). */
export type MatchOutcome =
  | {
      readonly kind: 'judged';
      readonly isMatch: boolean;
      readonly wantsFinalPass: boolean;
      /** Commands of `exec` that have no result; they count as failed. */
      readonly failing: readonly FailingCommand[];
    }
  | { readonly kind: 'broken'; readonly reason: string };

/**
 * Judges what stands behind `Match` (readconf.c, match_cfg_line): every criterion must hold, `!` turns one
 * round, and `all` stands alone. Runs nothing itself.
 */
export function judgeMatch(criteria: string, context: MatchContext): MatchOutcome {
  let isMatch = true;
  let count = 0;
  let wantsFinalPass = false;
  const failing: FailingCommand[] = [];
  const words = wordsOf(criteria);
  for (let word = words(); word !== undefined; word = words()) {
    const isNegated = word.startsWith('!');
    const name = (isNegated ? word.slice(1) : word).toLowerCase();
    if (name === 'all') {
      if (count > 1 || words() !== undefined) return broken('“all” cannot stand beside other criteria.');
      return { kind: 'judged', isMatch: isMatch && !isNegated, wantsFinalPass, failing };
    }
    count++;
    if (name === 'final' || name === 'canonical') {
      wantsFinalPass ||= name === 'final';
      if (context.isFinalPass === isNegated) isMatch = false;
      continue;
    }
    const argument = words();
    if (argument === undefined) return broken(`“${name}” says nothing to compare with.`);
    let holds: boolean;
    if (name === 'exec') {
      // ssh runs no command once the line cannot match any more.
      if (!isMatch) continue;
      const outcome = context.ran(argument);
      holds = outcome.kind === 'ended' && outcome.succeeded;
      if (outcome.kind !== 'ended')
        failing.push({ command: argument, reason: outcome.kind === 'noResult' ? outcome.reason : null });
    } else {
      const compared = comparedWith(name, argument, context);
      if (compared === null) return broken(`“${name}” is no criterion that Culvert knows.`);
      holds = compared;
    }
    if (holds === isNegated) isMatch = false;
  }
  if (count === 0) return broken('It has no criterion.');
  return { kind: 'judged', isMatch, wantsFinalPass, failing };
}

function comparedWith(name: string, patterns: string, context: MatchContext): boolean | null {
  switch (name) {
    case 'host':
      return coversHost(patterns, context.host);
    case 'originalhost':
      return coversHost(patterns, context.originalHost);
    case 'user':
      return matchesPatternList(patterns, context.user);
    case 'localuser':
      return matchesPatternList(patterns, context.localUser);
    default:
      return null;
  }
}

const coversHost = (patterns: string, host: string): boolean =>
  matchesPatternList(lowerCaseAscii(patterns), lowerCaseAscii(host));

const broken = (reason: string): MatchOutcome => ({ kind: 'broken', reason });

/** Words up to the end or to a comment; a quote without an end ends them too. */
function wordsOf(text: string): () => string | undefined {
  let rest = text;
  return () => {
    const next = nextWord(rest);
    rest = next?.rest ?? '';
    if (next === null || next.word === '' || next.word.startsWith('#')) {
      rest = '';
      return undefined;
    }
    return next.word;
  };
}
