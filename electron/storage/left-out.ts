/** More names would bury what was done about it. */
const MAX_NAMES = 5;

/**
 * A sentence that says how many entries of a file were left out, and which. `names` has one for each, in the order of
 * the file; null where none could be read.
 */
export function leftOutWords(file: string, names: readonly (string | null)[]): string {
  const [what, was] = names.length === 1 ? ['One entry', 'was'] : [`${names.length} entries`, 'were'];
  return `${what} of ${file} could not be understood and ${was} left out${which(names)}.`;
}

function which(names: readonly (string | null)[]): string {
  const readable = names.filter((name) => name !== null);
  const told = readable.slice(0, MAX_NAMES).map((name) => `“${name}”`);
  const last = told.pop();
  if (last === undefined) return '';
  const others = names.length - told.length - 1;
  if (others === 0) return `: ${told.length === 0 ? last : `${told.join(', ')} and ${last}`}`;
  // What is told of the others must be true of them all.
  const isNameless = readable.length <= MAX_NAMES;
  const rest = others === 1 ? 'one' : String(others);
  return `: ${[...told, last].join(', ')} and ${rest} ${isNameless ? 'whose name could not be read' : 'more'}`;
}
