/**
 * Reads `tasklist /FO CSV /NH`: program names by process number. The first two columns are
 * `"image name","pid"`; the rest depends on the language of Windows and is not needed. Lines that are
 * not of this form, such as the "no tasks" note, are passed over.
 */
export function parseTasklist(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, pid] = /^"([^"]{1,260})","(\d{1,10})",/.exec(line) ?? [];
    if (name !== undefined) names.set(Number(pid), name);
  }
  return names;
}
