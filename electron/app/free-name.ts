/** As in `profileSchema`. */
const MAX_NAME_LENGTH = 80;

/** The name itself, or with “(imported)” and a number behind it where it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1, free = name.slice(0, MAX_NAME_LENGTH).trimEnd(); ; count += 1) {
    if (!taken.has(free)) return free;
    const suffix = ` (imported${count === 1 ? '' : ` ${count}`})`;
    free = `${name.slice(0, MAX_NAME_LENGTH - suffix.length).trimEnd()}${suffix}`;
  }
}
