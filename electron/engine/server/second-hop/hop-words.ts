import { MAX_HOP_CLIENTS } from './hop-limits.ts';

/** What a hop has said of itself. */
export type HopWords =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'listening' }
  | { readonly kind: 'failed'; readonly detail: string };

/**
 * Reads what the hop's shell has said since it began, on both of its outputs: socat's notices (`-d -d`; 1.7 and 1.8),
 * or our own words in Python's place. Once it listens, an error is one client's and no longer the hop's. `detail` is
 * the server's text, not yet safe for the screen.
 */
export function readHopWords(said: string): HopWords {
  if (/(?:socat\[\d+\] N |^culvert-hop )listening/m.test(said)) return { kind: 'listening' };
  const detail = /(?:socat\[\d+\] E |^culvert-hop failed )(.*)$/m.exec(said)?.[1];
  return detail === undefined ? { kind: 'nothing' } : { kind: 'failed', detail };
}

/** What one line tells of a hop that runs. */
export type HopLine =
  /** Its program has ended by itself. */
  | { readonly kind: 'ended' }
  /** It takes no more clients than those it has. */
  | { readonly kind: 'full'; readonly clients: number }
  /** It takes whoever comes next. */
  | { readonly kind: 'free' }
  | { readonly kind: 'other' };

/** What the hop's shell says last when its program has ended by itself. */
export const HOP_ENDED = 'culvert-hop ended';

/** What the hop says each time when it goes on, because it heard of us. */
export const HOP_LIVES = 'culvert-hop lives';

/**
 * Reads one whole line: a word of ours, or one of socat's notices, which says before each client that it listens, or that
 * all places are taken.
 */
export function readHopLine(line: string): HopLine {
  if (line === HOP_ENDED) return { kind: 'ended' };
  const clients = /^culvert-hop full (\d{1,4})$/.exec(line)?.[1];
  if (clients !== undefined) return { kind: 'full', clients: Number(clients) };
  if (/socat\[\d+\] N maxchildren are active/.test(line)) return { kind: 'full', clients: MAX_HOP_CLIENTS };
  if (line === 'culvert-hop free' || /socat\[\d+\] N (?:listening|accepting)/.test(line))
    return { kind: 'free' };
  return { kind: 'other' };
}
