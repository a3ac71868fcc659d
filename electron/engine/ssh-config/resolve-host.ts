import { lowerCaseAscii, matchesPattern } from '../ssh/pattern-list.ts';
import { applyOption, noSettings } from './apply-option.ts';
import type { ConfigFiles } from './config-files.ts';
import { expandVariables, isOthersHome } from './expand-tokens.ts';
import { connectedName, literalHostName } from './host-name.ts';
import type { ConfigPlace, ConfigProblem, HostSettings } from './host-settings.ts';
import { includedPath } from './included-path.ts';
import { invisibleWords } from './invisible-words.ts';
import type { JumpHost } from './jump-hosts.ts';
import { keywordFate } from './keywords.ts';
import { judgeMatch } from './match-criteria.ts';
import type { CommandOutcome } from './match-results.ts';
import { NotHonouredLines } from './not-honoured-lines.ts';
import { MOST_READ, MOST_TEXT } from './reading-limits.ts';
import { splitLine } from './split-line.ts';

/** What a configuration is read for. */
export interface ConfigQuestion {
  /** As it would be typed after `ssh`. */
  readonly host: string;
  /** What is said beside the configuration, and goes before it. */
  readonly user?: string;
  readonly port?: number;
  readonly jumps?: readonly JumpHost[] | 'none';
  readonly localUser: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's own file, and the system's: `~/.ssh/config` and `/etc/ssh/ssh_config`. */
  readonly userFile: string;
  readonly systemFile: string | null;
  /** What came of an allowed command of `Match exec`, with what the files have said before its line. */
  ran(command: string, settings: HostSettings): CommandOutcome;
}

export interface ResolvedHost {
  readonly settings: HostSettings;
  /** A `Host` line names it in full. */
  readonly isNamed: boolean;
  /** Each once. */
  readonly problems: readonly ConfigProblem[];
  /** Where an option stands that took effect, by its keyword in lower case: the first of its lines. */
  readonly places: ReadonlyMap<string, ConfigPlace>;
  /** Where each of the forwards stands, in their order. */
  readonly forwardPlaces: readonly ConfigPlace[];
  /** Every file that was asked for, there or not: a change of one of them can change the answer. */
  readonly files: readonly string[];
}

/**
 * Answers what ssh_config(5) says of a host, as `ssh -G` does: the user's file, then the system's, and both once more where
 * `Match final` asks for it (ssh.c; readconf.c). Reads files and runs nothing.
 */
export function resolveHost(question: ConfigQuestion, files: ConfigFiles): ResolvedHost {
  const reading = new Reading(question, files);
  reading.pass(false);
  if (reading.wantsFinalPass) reading.pass(true);
  return reading.result();
}

/** Includes within includes (readconf.c, READCONF_MAX_DEPTH). */
const DEEPEST = 16;

/** A file that is no text has keywords that nobody could read. */
const isWord = (keyword: string): boolean => /^[\x21-\x7e]+$/.test(keyword);

function brokenWords({ reason, keyword }: Extract<ReturnType<typeof splitLine>, { kind: 'broken' }>): string {
  if (!isWord(keyword)) return invisibleWords(keyword) ?? 'This is no line of an SSH configuration.';
  return reason === 'quotes' ? 'A quote has no end.' : `Nothing stands behind ${keyword}.`;
}

const FORWARDS: ReadonlySet<string> = new Set(['localforward', 'remoteforward', 'dynamicforward']);

const NOT_ALLOWED = 'Culvert does not run a command that you have not allowed.';

/** A file being read: whether its lines apply at this point, and what holds throughout. */
interface Section {
  applies: boolean;
  /** Included from where nothing applies: nothing in it ever does. */
  readonly never: boolean;
  readonly isUsers: boolean;
  readonly depth: number;
}

class Reading {
  readonly #question: ConfigQuestion;
  readonly #files: ConfigFiles;
  readonly #settings = noSettings();
  readonly #problems = new Map<string, ConfigProblem>();
  readonly #places = new Map<string, ConfigPlace>();
  readonly #notHonoured = new NotHonouredLines();
  readonly #forwardPlaces: ConfigPlace[] = [];
  readonly #asked = new Set<string>();
  #ignored: readonly string[] = [];
  #isNamed = false;
  #isFinalPass = false;
  #filesRead = 0;
  #textRead = 0;
  wantsFinalPass = false;

  constructor(question: ConfigQuestion, files: ConfigFiles) {
    this.#question = question;
    this.#files = files;
    if (question.user !== undefined) this.#settings.user = question.user;
    if (question.port !== undefined) this.#settings.port = question.port;
    if (question.jumps !== undefined) this.#settings.proxyJump = question.jumps;
  }

  pass(isFinal: boolean): void {
    this.#isFinalPass = isFinal;
    // By then the name is settled, even if it was only typed: a later HostName changes nothing (ssh.c, main).
    if (isFinal) this.#settings.hostName = literalHostName(this.#hostName());
    const { userFile, systemFile } = this.#question;
    this.#readFile(userFile, { applies: true, never: false, isUsers: true, depth: 0 }, null);
    if (systemFile !== null) {
      this.#readFile(systemFile, { applies: true, never: false, isUsers: false, depth: 0 }, null);
    }
  }

  result(): ResolvedHost {
    return {
      settings: this.#settings,
      isNamed: this.#isNamed,
      problems: [...this.#problems.values(), ...this.#notHonoured.problems()],
      places: this.#places,
      forwardPlaces: this.#forwardPlaces,
      files: [...this.#asked],
    };
  }

  /** The name to connect to, as far as it is known. */
  #hostName(): string {
    const { host } = this.#question;
    const named = connectedName(this.#settings.hostName, host);
    return named.ok ? named.value : host;
  }

  #readFile(path: string, section: Section, from: ConfigPlace | null): void {
    this.#asked.add(path);
    const isSystems = !section.isUsers;
    const place = from ?? { file: path, line: 0, isSystems };
    if (section.depth > DEEPEST) {
      this.#complain(place, 'refused', path, `There are more than ${DEEPEST} files within each other.`);
      return;
    }
    if (++this.#filesRead > MOST_READ) {
      const first = { file: this.#question.userFile, line: 0, isSystems: false };
      this.#complain(first, 'notRead', 'include', `More than ${MOST_READ} files are included.`);
      return;
    }
    const content = this.#files.read(path);
    if (content.kind === 'missing') return;
    if (content.kind === 'unreadable') {
      this.#complain(place, 'notRead', path, `${path} cannot be read: ${content.reason}.`);
      return;
    }
    if (content.writableByOthers && (section.isUsers || section.depth > 0)) {
      this.#complain(place, 'refused', path, `Others could change ${path}, so ssh does not trust it.`);
      return;
    }
    this.#textRead += content.text.length;
    if (this.#textRead > MOST_TEXT) {
      this.#complain(place, 'notRead', path, 'The files hold more than 8 megabytes in all.');
      return;
    }
    for (const [index, line] of content.text.split('\n').entries()) {
      this.#readLine(line, { file: path, line: index + 1, isSystems }, section);
    }
  }

  #readLine(text: string, place: ConfigPlace, section: Section): void {
    const line = splitLine(text);
    if (line.kind === 'empty') return;
    if (line.kind === 'broken') {
      this.#complain(place, 'refused', line.keyword, brokenWords(line));
      return;
    }
    const { keyword, args, rest } = line;
    switch (keyword) {
      case 'host':
        section.applies = this.#isHost(args, place) && !section.never;
        return;
      case 'match':
        section.applies = this.#isMatch(rest, place) && !section.never;
        return;
      case 'include':
        this.#include(args, place, section);
        return;
      case 'ignoreunknown':
        if (section.applies && this.#ignored.length === 0) this.#ignored = (args[0] ?? '').split(',');
        return;
      default:
        this.#readOption({ keyword, args, rest }, place, section.applies);
    }
  }

  #apply(line: Parameters<typeof applyOption>[1], applies: boolean): string | null {
    if (!FORWARDS.has(line.keyword)) return applyOption(this.#settings, line, applies);
    const args: string[] = [];
    for (const arg of line.args) {
      const expanded = expandVariables(arg, this.#question.environment);
      if (expanded === null) return `“${arg}” names an environment variable that is not set.`;
      args.push(expanded);
    }
    return applyOption(this.#settings, { ...line, args }, applies);
  }

  #readOption(line: Parameters<typeof applyOption>[1], place: ConfigPlace, applies: boolean): void {
    const { keyword } = line;
    switch (keywordFate(keyword)) {
      case 'honoured': {
        const complaint = this.#apply(line, applies);
        if (complaint !== null) this.#complain(place, 'refused', keyword, complaint);
        else if (applies) this.#note(keyword, place);
        return;
      }
      case 'notHonoured':
        if (applies) this.#notHonoured.add(keyword, line.args, place);
        return;
      case 'unknown':
        this.#readUnknown(keyword, place);
        return;
      case 'needless':
        return;
    }
  }

  #readUnknown(keyword: string, place: ConfigPlace): void {
    if (this.#ignored.some((pattern) => matchesPattern(lowerCaseAscii(pattern), keyword))) return;
    const invisible = invisibleWords(keyword);
    // It may well be a Host: what follows would be taken for another one's.
    if (invisible !== null) this.#complain(place, 'refused', keyword, invisible);
    else this.#complain(place, 'unknown', keyword, `${keyword} is no option that Culvert knows.`);
  }

  #note(keyword: string, place: ConfigPlace): void {
    if (!this.#places.has(keyword)) this.#places.set(keyword, place);
    if (this.#settings.forwards.length > this.#forwardPlaces.length) this.#forwardPlaces.push(place);
  }

  /** A host is compared as it was typed, and by the name it got once it has one (readconf.c, oHost). */
  #isHost(patterns: readonly string[], place: ConfigPlace): boolean {
    this.#isNamed ||= patterns.includes(this.#question.host);
    const host = this.#isFinalPass ? this.#hostName() : this.#question.host;
    if (patterns.includes('')) {
      this.#complain(place, 'refused', 'host', 'A pattern is empty.');
      return false;
    }
    let isHost = false;
    for (const pattern of patterns) {
      const isNegated = pattern.startsWith('!');
      if (!matchesPattern(isNegated ? pattern.slice(1) : pattern, host)) continue;
      if (isNegated) return false;
      isHost = true;
    }
    return isHost;
  }

  #isMatch(criteria: string, place: ConfigPlace): boolean {
    const { host, localUser } = this.#question;
    const outcome = judgeMatch(criteria, {
      isFinalPass: this.#isFinalPass,
      host: this.#hostName(),
      originalHost: host,
      user: this.#settings.user ?? localUser,
      localUser,
      ran: (command) => this.#question.ran(command, this.#settings),
    });
    if (outcome.kind === 'broken') {
      this.#complain(place, 'refused', 'match', outcome.reason);
      return false;
    }
    this.wantsFinalPass ||= outcome.wantsFinalPass;
    for (const { command, reason } of outcome.failing) {
      if (reason === null) this.#complain(place, 'commandNotRun', command, NOT_ALLOWED);
      else this.#complain(place, 'notHonoured', command, reason);
    }
    return outcome.isMatch;
  }

  #include(patterns: readonly string[], place: ConfigPlace, section: Section): void {
    for (const pattern of patterns) {
      const path = includedPath(pattern, section.isUsers, this.#question.home);
      if (path === null) {
        this.#complain(
          place,
          'refused',
          'include',
          `“${pattern}” is no path that a file of the system may include.`,
        );
        continue;
      }
      if (isOthersHome(path)) {
        this.#complain(place, 'notRead', 'include', `Culvert does not look up ${pattern}.`);
        continue;
      }
      const { applies, isUsers, depth } = section;
      this.#asked.add(path);
      const included = this.#files.expand(path);
      if (included === null) {
        this.#complain(place, 'notRead', 'include', `“${pattern}” leads through too many files and folders.`);
        continue;
      }
      for (const file of included) {
        this.#readFile(file, { applies, never: !applies, isUsers, depth: depth + 1 }, place);
      }
    }
  }

  #complain(place: ConfigPlace, kind: ConfigProblem['kind'], subject: string, text: string): void {
    const key = JSON.stringify([place.file, place.line, kind, subject]);
    this.#problems.set(key, { ...place, kind, subject, text });
  }
}
