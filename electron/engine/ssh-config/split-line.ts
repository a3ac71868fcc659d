/** A line of a configuration file, cut as ssh cuts it. */
export type SplitLine =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'option';
      readonly keyword: string;
      readonly rest: string;
      readonly args: readonly string[];
    }
  | { readonly kind: 'broken'; readonly keyword: string; readonly reason: 'noArgument' | 'quotes' };

/**
 * Cuts a line into its keyword, in lower case, and its arguments (readconf.c, process_config_line_depth).
 * `rest` is what stands behind the keyword, untouched, for the options that take a whole command.
 */
export function splitLine(text: string): SplitLine {
  const line = text.replace(/^[ \t\r\n]+|[ \t\r\n\f]+$/g, '');
  const word = nextWord(line);
  if (word === null) return { kind: 'broken', keyword: line, reason: 'quotes' };
  const keyword = word.word.toLowerCase();
  if (keyword === '' || keyword.startsWith('#')) return { kind: 'empty' };
  const rest = word.rest.replace(/^[ \t\r\n]+/, '');
  if (rest === '') return { kind: 'broken', keyword, reason: 'noArgument' };
  const args = splitArguments(rest);
  if (args === null) return { kind: 'broken', keyword, reason: 'quotes' };
  return { kind: 'option', keyword, rest, args };
}

/**
 * Takes the first word off a text: up to white space, to a quote's end, or to one `=` (misc.c, strdelim).
 * Null where a quote has no end.
 */
export function nextWord(text: string): { readonly word: string; readonly rest: string } | null {
  const end = text.search(/[ \t\r\n="]/);
  if (end === -1) return { word: text, rest: '' };
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close === -1) return null;
    return { word: text.slice(0, end) + text.slice(end + 1, close), rest: skipSpace(text.slice(close + 1)) };
  }
  const rest = skipSpace(text.slice(end + 1));
  const hasEquals = text[end] !== '=' && rest.startsWith('=');
  return { word: text.slice(0, end), rest: hasEquals ? skipSpace(rest.slice(1)) : rest };
}

/**
 * Cuts a text into arguments: quotes of both kinds hold together, a backslash frees a quote, a backslash or a
 * blank, and `#` at the start of an argument begins a comment (misc.c, argv_split). Null where a quote has no end.
 */
export function splitArguments(text: string): string[] | null {
  const args: string[] = [];
  let at = 0;
  while (at < text.length) {
    const first = text[at];
    if (first === ' ' || first === '\t') {
      at++;
      continue;
    }
    if (first === '#') break;
    const argument = readArgument(text, at);
    if (argument === null) return null;
    args.push(argument.value);
    at = argument.end;
  }
  return args;
}

function readArgument(text: string, start: number): { readonly value: string; readonly end: number } | null {
  let value = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && isEscaped(text.charAt(at + 1), quote)) value += text.charAt(++at);
    else if (quote === '' && (character === ' ' || character === '\t')) break;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote !== '' && character === quote) quote = '';
    else value += character;
  }
  return quote === '' ? { value, end: at } : null;
}

const isEscaped = (next: string, quote: string): boolean =>
  next === "'" || next === '"' || next === '\\' || (quote === '' && next === ' ');

const skipSpace = (text: string): string => text.replace(/^[ \t\r\n]+/, '');
