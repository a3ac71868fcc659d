const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/**
 * Says when a key was last seen: what Culvert saw itself, and nothing else. The list of known hosts has no dates, and the
 * time of its file tells nothing about one line.
 */
export function lastSeenWords(at: number | null): string {
  return at === null
    ? 'When it was last seen is not known: Culvert has not met it itself, and the list has no dates.'
    : `Culvert last saw it on ${DATE.format(at)}.`;
}
