/** What is read of a configuration at most, whoever reads it: a Host that can be read can be listed, too. */

/** Files that include each other by a pattern would be read for ever. */
export const MOST_READ = 1000;

/** What all of them may hold, in characters: a few large files read again and again take as long as many. */
export const MOST_TEXT = 8 * 1024 * 1024;
