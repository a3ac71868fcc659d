import type { ConfigPlace, ConfigProblem } from './host-settings.ts';
import { spellKeyword } from './keywords.ts';
import { valueWords } from './value-words.ts';

/** The options of a host that Culvert does not honour, each where it is said first: ssh goes by that line. */
export class NotHonouredLines {
  readonly #lines = new Map<string, { readonly place: ConfigPlace; readonly args: readonly string[] }>();

  /** @param keyword in lower case */
  add(keyword: string, args: readonly string[], place: ConfigPlace): void {
    if (!this.#lines.has(keyword)) this.#lines.set(keyword, { place, args });
  }

  /** Those that ask for what a profile does not do anyway. */
  problems(): readonly ConfigProblem[] {
    return [...this.#lines].flatMap(([keyword, { place }]): ConfigProblem[] => {
      const subject = spellKeyword(keyword);
      const text = valueWords(keyword, subject, (name) => this.#lines.get(name)?.args);
      return text === null ? [] : [{ ...place, kind: 'notHonoured', subject, text }];
    });
  }
}
