/** One word for a POSIX shell: plain ones as they are, all else in single quotes. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The same without a quotation mark of its own, for a command inside an option of ssh: that reads quotation marks by rules
 * of its own before a shell does, and refuses those that do not match there (misc.c, argv_split).
 */
export function escapeForShell(word: string): string {
  return word.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, '\\$&');
}
