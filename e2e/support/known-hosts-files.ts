import { createHmac } from 'node:crypto';
import fc from 'fast-check';

/** What generated files are about. */
export interface FileSubjects {
  /** Names as they stand in a file, such as `alpha` and `[::1]:2222`. */
  readonly names: readonly string[];
  /** Key type and base64. */
  readonly keyLines: readonly string[];
}

/**
 * Texts of known_hosts files as people, programs and accidents make them: plain and hashed names, several to a line, patterns,
 * negations, revoked keys, authorities, comments, blank and broken lines, CRLF, lines of thousands of characters, no end to the
 * last line. Names and keys are few, so that lines and questions often meet.
 */
export function knownHostsFiles({ names, keyLines }: FileSubjects): fc.Arbitrary<string> {
  const name = fc.constantFrom(...names);
  const pattern = fc
    .tuple(name, fc.nat(24), fc.nat(24), fc.constantFrom('*', '?', '*?', ''))
    .map(([text, from, length, joker]) => text.slice(0, from) + joker + text.slice(from + length));
  const item = fc
    .tuple(
      fc.constantFrom('', '', '', '', '!'),
      fc.oneof(
        { weight: 5, arbitrary: name },
        { weight: 2, arbitrary: pattern },
        fc.constantFrom('*', 'x', ''),
      ),
      fc.boolean(),
    )
    .map(([negation, text, isUpper]) => negation + (isUpper ? text.toUpperCase() : text));
  const hashed = fc
    .tuple(name, fc.uint8Array({ minLength: 20, maxLength: 20 }))
    .map(([text, salt]) => hash(text, Buffer.from(salt)));
  const long = name.map(
    (text) => `${Array.from({ length: 400 }, (_, at) => `other${at}`).join(',')},${text}`,
  );
  const field = fc.oneof(
    { weight: 5, arbitrary: fc.array(item, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')) },
    { weight: 3, arbitrary: hashed },
    { weight: 1, arbitrary: long },
  );
  const marker = fc.constantFrom('', '', '', '', '', '@revoked ', '@revoked ', '@cert-authority ', '@other ');
  const key = fc
    .tuple(fc.constantFrom(...keyLines), fc.constantFrom('', '', '', '', '', '', 'cut', 'type', 'none'))
    .map(([line, damage]) => damaged(line, damage));
  const entry = fc
    .tuple(
      fc.constantFrom('', '', ' ', '\t'),
      marker,
      field,
      fc.constantFrom(' ', '\t', '  '),
      key,
      fc.constantFrom('', '', ' me@here', ' # note'),
    )
    .map((parts) => parts.join(''));
  const other = fc.oneof(
    fc.constantFrom('', ' ', '# mine', '#', '@revoked', 'alpha', '\t'),
    entry.map((line) => `#${line}`),
    fc.string({ maxLength: 40 }).map((text) => text.replace(/[\n\0]/g, ' ')),
  );
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 5, arbitrary: entry }, { weight: 1, arbitrary: other }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.constantFrom('\n', '\n', '\r\n'),
      fc.boolean(),
    )
    .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));
}

function hash(name: string, salt: Buffer): string {
  const digest = createHmac('sha1', salt).update(name.toLowerCase()).digest('base64');
  return `|1|${salt.toString('base64')}|${digest}`;
}

function damaged(line: string, damage: string): string {
  const [type = '', base64 = ''] = line.split(' ');
  switch (damage) {
    case 'cut':
      return `${type} ${base64.slice(0, -8)}`;
    case 'type':
      return `ssh-dss ${base64}`;
    case 'none':
      return type;
    default:
      return line;
  }
}
