/** More names would bury what it means. */
const MAX_NAMES = 8;

/** Names of tunnels in quotes, at most eight of them, such as `“Mail”, “Work” and 3 more`. */
export function namesInWords(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).map((name) => `“${name}”`);
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
