import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A secret that exists nowhere else, so that wherever it is found it has leaked. */
export interface Canary {
  /** What kind of secret it plays, for the report. */
  readonly kind: string;
  /** ASCII, with characters that other forms write in another way. */
  readonly text: string;
}

/** Where a canary was found, as what. */
export interface Sighting {
  readonly kind: string;
  readonly place: string;
  readonly form: string;
}

/** Finds canaries in bytes, in every form in which a program may have written them. */
export class SecretSearch {
  readonly #needles: readonly { readonly kind: string; readonly form: string; readonly bytes: Buffer }[];

  constructor(canaries: readonly Canary[]) {
    this.#needles = canaries.flatMap(({ kind, text }) =>
      formsOf(text).map(([form, written]) => ({ kind, form, bytes: written })),
    );
  }

  in(place: string, content: Buffer | string): readonly Sighting[] {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return this.#needles
      .filter((needle) => bytes.includes(needle.bytes))
      .map(({ kind, form }) => ({ kind, place, form }));
  }

  /** In every file of a folder and of the folders in it, and in their names. */
  async inFolder(folder: string): Promise<readonly Sighting[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found = entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const inName = this.in(`the name of ${file}`, file);
      // A file may be gone by now.
      return entry.isFile() ? [...inName, ...this.in(file, await readFile(file).catch(() => ''))] : inName;
    });
    return (await Promise.all(found)).flat();
  }
}

/** All forms of a text, each once. */
export function formsOf(text: string): readonly (readonly [form: string, bytes: Buffer])[] {
  const utf8 = Buffer.from(text);
  const utf16le = Buffer.from(text, 'utf16le');
  const utf16be = Buffer.from(utf16le).swap16();
  const hex = utf8.toString('hex');
  const percent = hex.replace(/../g, '%$&');
  const texts: readonly (readonly [string, string])[] = [
    ...alignments('base64', utf8),
    ...alignments('base64 of UTF-16', utf16le),
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['hex of UTF-16', utf16le.toString('hex')],
    ['URL', encodeURIComponent(text)],
    ['URL of a form', new URLSearchParams([['', text]]).toString().slice(1)],
    ['URL, whole', percent],
    ['URL, WHOLE', percent.toUpperCase()],
  ];
  const all = [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16le],
    ['UTF-16BE', utf16be],
    ...texts.map(([form, written]) => [form, Buffer.from(written)] as const),
  ] as const;
  // Letters and digits are the same in a URL as they are.
  return all.filter(([, bytes], index) => all.findIndex((other) => other[1].equals(bytes)) === index);
}

/** In base64 a text looks different at each of three places; what its neighbours have a part in is left away. */
function alignments(name: string, bytes: Buffer): readonly (readonly [string, string])[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const core = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    const forUrls = core.replaceAll('+', '-').replaceAll('/', '_');
    return [
      [`${name}, ${offset}`, core],
      [`${name} for URLs, ${offset}`, forUrls],
    ] as const;
  });
}
