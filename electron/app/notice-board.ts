import { randomUUID } from 'node:crypto';
import type { Notice } from '#shared/notice.ts';

/** More than anybody reads; the oldest go first. */
const MAX_NOTICES = 20;

/** What the user is told once, until dismissed. */
export class NoticeBoard {
  readonly #onChange: (notices: readonly Notice[]) => void;
  #notices: readonly Notice[] = [];
  /** Of each topic of `keep`: the texts that hold, each with its id. */
  readonly #kept = new Map<string, ReadonlyMap<string, string>>();

  constructor(onChange: (notices: readonly Notice[]) => void) {
    this.#onChange = onChange;
  }

  list(): readonly Notice[] {
    return this.#notices;
  }

  /** Adds a notice. One with the same topic, or the same words, is replaced: nobody needs to read it twice. */
  add(tone: Notice['tone'], text: string, topic: string = randomUUID()): void {
    const others = this.#notices.filter((notice) => notice.id !== topic && notice.text !== text);
    this.#set([...others, { id: topic, tone, text }].slice(-MAX_NOTICES));
  }

  /**
   * All that there is to say of one topic now: what was said before and holds no longer goes. What the user dismissed is not said
   * again as long as it holds.
   */
  keep(tone: Notice['tone'], texts: readonly string[], topic: string): void {
    const before = this.#kept.get(topic) ?? new Map<string, string>();
    const now = new Map(texts.map((text) => [text, before.get(text) ?? randomUUID()]));
    this.#kept.set(topic, now);
    for (const [text, id] of before) if (!now.has(text)) this.dismiss(id);
    for (const [text, id] of now) if (!before.has(text)) this.add(tone, text, id);
  }

  /** Does nothing when it is gone already. */
  dismiss(id: string): void {
    const left = this.#notices.filter((notice) => notice.id !== id);
    if (left.length < this.#notices.length) this.#set(left);
  }

  #set(notices: readonly Notice[]): void {
    this.#notices = notices;
    this.#onChange(notices);
  }
}
