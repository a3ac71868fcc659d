/** Claims that a name in a folder fits one component of a path pattern. */
export type NameTest = (name: string) => boolean;

/**
 * Reads one component of a path pattern as the glob(3) that OpenSSH brings along does (openbsd-compat/glob.c): `*`, `?`,
 * `[a-z]`, `[!a-z]`, where `^` is a character as any other, and a backslash before a plain one. It compares bytes. A name that
 * starts with a dot fits only a pattern that does. Takes at most length times length steps, whatever the stars.
 */
export function globComponent(component: string): NameTest {
  const wanted = readPattern(bytesOf(component));
  const mayBeHidden = /^\\?\./.test(component);
  return (name) => (mayBeHidden || !name.startsWith('.')) && covers(wanted, bytesOf(name));
}

/** Claims that a component is more than a plain name. */
export function isGlob(component: string): boolean {
  return /[*?[\\]/.test(component);
}

/** A byte that fits, or any number of any. */
type Wanted = ((byte: string) => boolean) | '*';

/** One character for each byte of UTF-8. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

function readPattern(text: string): readonly Wanted[] {
  const signs = [...text.matchAll(/\\([\s\S])|[\s\S]/g)].map(
    ([all, escaped]) => escaped ?? SIGNS[all] ?? all,
  );
  const wanted: Wanted[] = [];
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] as string | symbol;
    const set = sign === SIGNS['['] ? readSet(signs, at + 1) : null;
    if (set !== null) at = set.end;
    if (set !== null) wanted.push(set.test);
    else if (sign === SIGNS['*']) wanted.push('*');
    else if (sign === SIGNS['?']) wanted.push(() => true);
    else wanted.push((byte) => byte === plain(sign));
  }
  return wanted;
}

/** Characters with a meaning, told apart from those behind a backslash. */
const SIGNS: Readonly<Record<string, symbol>> = Object.fromEntries(
  [...'*?[]!-'].map((character) => [character, Symbol(character)]),
);

const plain = (sign: string | symbol | undefined): string =>
  typeof sign === 'symbol' ? (sign.description ?? '') : (sign ?? '');

/** What stands behind `[`, up to `]`, which as the first is one of the set; null where the set has no end. */
function readSet(
  signs: readonly (string | symbol)[],
  start: number,
): { readonly test: (byte: string) => boolean; readonly end: number } | null {
  const isNegated = signs[start] === SIGNS['!'];
  const first = isNegated ? start + 1 : start;
  const end = signs.indexOf(SIGNS[']'] as symbol, first + 1);
  if (end === -1) return null;
  const ranges: (readonly [string, string])[] = [];
  for (let at = first; at < end; at++) {
    const isRange = signs[at + 1] === SIGNS['-'] && at + 2 < end;
    ranges.push([plain(signs[at]), plain(signs[isRange ? at + 2 : at])]);
    if (isRange) at += 2;
  }
  return { end, test: (byte) => ranges.some(([from, to]) => from <= byte && byte <= to) !== isNegated };
}

/** Walks back to the last star only: what an earlier one took cannot change the outcome. */
function covers(wanted: readonly Wanted[], name: string): boolean {
  let at = 0;
  let inPattern = 0;
  let lastStar = -1;
  let resumeAt = 0;
  while (at < name.length) {
    const next = wanted[inPattern];
    if (next === '*') {
      lastStar = inPattern++;
      resumeAt = at;
    } else if (next?.(name.charAt(at))) {
      inPattern++;
      at++;
    } else if (lastStar === -1) {
      return false;
    } else {
      inPattern = lastStar + 1;
      at = ++resumeAt;
    }
  }
  while (wanted[inPattern] === '*') inPattern++;
  return inPattern === wanted.length;
}
