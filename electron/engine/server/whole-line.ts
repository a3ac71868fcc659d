/** What follows a line of its own in a text; null while that line is not there, or not yet whole. */
export function textAfterLine(text: string, line: string): string | null {
  for (let start = 0; ; ) {
    const end = text.indexOf('\n', start);
    if (end === -1) return null;
    if (text.slice(start, end).replace(/\r$/, '') === line) return text.slice(end + 1);
    start = end + 1;
  }
}
