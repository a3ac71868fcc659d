import type { ServerLook } from '#shared/server-look.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { lookAtServer } from './look-at-server.ts';

/** A look younger than this answers the next asking too, in milliseconds. */
const FRESH_MS = 1_000;
/** What listens only now is not in a look that began before; and several forwards that open at once share one. */
const SETTLE_MS = 50;
/** After a quiet look that failed, one more is made so much later, in milliseconds. */
const RETRY_MS = 3_000;
/** A server that did not answer in time is asked again on the same session so much later, in milliseconds: it has enough to do. */
const PATIENCE_MS = 60_000;

/** Looks that may bring not a word before the server is taken for one that runs another command. */
const MAX_SILENCES = 2;

interface ServerLooksOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Claims that the user wants the server to be looked at; nothing is run there otherwise. */
  readonly isWanted: () => boolean;
  /** Told of every look that the present session allowed. */
  onLook(look: ServerLook): void;
}

/**
 * The looks of one tunnel at its server: one at a time, on the session that is open. A server that runs something of its own
 * in place of our command is asked once and not again: what it runs may do more than talk. One that never says a word is
 * asked twice, since each time may leave one more process there.
 */
export class ServerLooks {
  readonly #options: ServerLooksOptions;
  #source: ChannelSource | null = null;
  #running: Promise<ServerLook> | null = null;
  /** What was seen last on any session of this run. */
  #last: ServerLook | null = null;
  /** The session on which that was seen. */
  #lastSource: ChannelSource | null = null;
  /** The server has run a command for us in this run: a refusal then means "not now" (sshd_config(5), MaxSessions). */
  #hasSeen = false;
  /** How many looks in a row brought not a word. */
  #silences = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ServerLooksOptions) {
    this.#options = options;
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    if (source === this.#source) return;
    clearTimeout(this.#timer);
    this.#source = source;
    this.#running = null;
  }

  /** A person starts the tunnel: what the server refused before, it may grant now. */
  forget(): void {
    this.#last = null;
    this.#hasSeen = false;
    this.#silences = 0;
  }

  /** Something has just happened on the server: what was seen before it stands no longer. Resolves when a look tells of it. */
  async outdate(): Promise<void> {
    // One that is under way began too early.
    await this.#running;
    if (this.#last?.status === 'seen') this.#lastSource = null;
  }

  /**
   * Looks, or shares the look that is under way or has just been. Null while there is no session. Never rejects. A person
   * who asks `again` may mean a server that was given up because it said nothing.
   */
  async look(again = false): Promise<ServerLook | null> {
    const source = this.#source;
    if (source === null || source.isLost()) return null;
    if (!this.#options.isWanted()) return this.#notWanted();
    const last = this.#running || (again && isGivenUp(this.#last)) ? null : this.#last;
    if (last && (isFinal(last) || this.#remainsMs(source, last) > 0)) return last;
    return this.#share(source);
  }

  /** Looks, unless a look is under way. */
  #share(source: ChannelSource): Promise<ServerLook> {
    this.#running ??= this.#lookNow(source);
    return this.#running;
  }

  /** How long the last look still stands for a new one on this session, in milliseconds. */
  #remainsMs(source: ChannelSource, last: ServerLook): number {
    return source === this.#lastSource ? last.at + standsForMs(last) - this.#options.now() : 0;
  }

  /** Something listens on the server now, or a look is wanted or not any more: a look will tell where, or that there is none. */
  askSoon(): void {
    this.#schedule(SETTLE_MS, true);
  }

  #schedule(delayMs: number, mayRetry: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#lookQuietly(mayRetry), delayMs);
  }

  async #lookQuietly(mayRetry: boolean): Promise<void> {
    const source = this.#source;
    // One that is under way began too early.
    await this.#running;
    if (source === null || source !== this.#source || source.isLost()) return;
    if (!this.#options.isWanted()) return this.#options.onLook(this.#notWanted());
    const last = this.#last;
    if (last && isFinal(last)) return this.#options.onLook(last);
    const look = (last && this.#repeatTimeout(source, last)) ?? (await this.#share(source));
    if (look.status !== 'failed' || !mayRetry || source !== this.#source) return;
    this.#schedule(isTimeout(look) ? this.#remainsMs(source, look) : RETRY_MS, false);
  }

  /** Says once more that the server did not answer, while it is left in peace; null when it may be asked. */
  #repeatTimeout(source: ChannelSource, last: ServerLook): ServerLook | null {
    if (!isTimeout(last) || this.#remainsMs(source, last) <= 0) return null;
    this.#options.onLook(last);
    return last;
  }

  async #lookNow(source: ChannelSource): Promise<ServerLook> {
    const found = await lookAtServer(source, this.#options.now);
    // Meanwhile the user may have changed their mind: what was seen is not for them any more.
    if (!this.#options.isWanted()) {
      if (source === this.#source) this.#running = null;
      return this.#notWanted();
    }
    const look = this.#judge(found);
    if (source !== this.#source) return look;
    this.#running = null;
    this.#last = look;
    this.#lastSource = source;
    if (look.status === 'seen') this.#hasSeen = true;
    this.#options.onLook(look);
    return look;
  }

  /** Sees what was found in the light of the looks before it. */
  #judge(found: ServerLook): ServerLook {
    const { at } = found;
    if (found.status === 'noCommands' && this.#hasSeen && found.reason === 'refused') {
      return { status: 'failed', at, reason: 'busy' };
    }
    const isSilent = found.status === 'failed' && found.reason === 'silent';
    // The loss of a session says nothing of what the server runs.
    if (isSilent) this.#silences += 1;
    else if (found.status !== 'failed') this.#silences = 0;
    // One that has answered before is slow.
    if (!isSilent || this.#hasSeen || this.#silences < MAX_SILENCES) return found;
    return { status: 'noCommands', at, reason: 'silent', said: '' };
  }

  #notWanted(): ServerLook {
    return { status: 'notWanted', at: this.#options.now() };
  }
}

/** How long a look answers for the next one, in milliseconds. */
function standsForMs(look: ServerLook): number {
  if (isTimeout(look)) return PATIENCE_MS;
  return look.status === 'seen' ? FRESH_MS : 0;
}

function isTimeout(look: ServerLook): boolean {
  return look.status === 'failed' && (look.reason === 'timedOut' || look.reason === 'silent');
}

/** Claims that the server must not be asked again by itself. */
function isFinal(look: ServerLook): boolean {
  return isGivenUp(look) || (look.status === 'noCommands' && look.reason === 'otherAnswer');
}

/** Claims that the server said nothing too often. */
function isGivenUp(look: ServerLook | null): boolean {
  return look?.status === 'noCommands' && look.reason === 'silent';
}
