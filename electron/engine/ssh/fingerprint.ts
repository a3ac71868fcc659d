import { createHash } from 'node:crypto';

/**
 * The fingerprint of a public key as `ssh-keygen -l` prints it: `SHA256:` and the base64 of the digest
 * without padding (OpenSSH ssh-keygen(1), FingerprintHash).
 */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${digestOf(blob).toString('base64').replace(/=+$/, '')}`;
}

/**
 * The key's picture as `ssh-keygen -lv` and `VisualHostKey yes` draw it: the walk of the "drunken bishop"
 * over 17 by 9 squares (Loss, Limmer, von Gernler, "The drunken bishop", 2009), eleven lines in all.
 *
 * @param title what stands in the upper edge, such as `ED25519 256`; dropped to its first word if too long.
 */
export function randomartOf(blob: Uint8Array, title: string): string {
  const rows = walk(digestOf(blob)).map((row) => `|${row.map(symbolFor).join('')}|`);
  const short = title.length + 2 >= width ? (title.split(' ')[0] ?? '') : title;
  return [edge(short), ...rows, edge('SHA256')].join('\n');
}

const width = 17;
const height = 9;
/** How often a square was visited, as a symbol; the last two mark the start and the end. */
const symbols = ' .o+=*BOX@%&#/^';
const startMark = -1;
const endMark = -2;

function digestOf(blob: Uint8Array): Buffer {
  return createHash('sha256').update(blob).digest();
}

/** Visits of each square, row by row. Two bits a step, the lowest first: bit 0 is right, bit 1 is down. */
function walk(digest: Buffer): number[][] {
  const visits = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  let x = Math.floor(width / 2);
  let y = Math.floor(height / 2);
  const mark = (column: number, row: number, value: number) => {
    const line = visits[row];
    if (line) line[column] = value;
  };
  for (const byte of digest) {
    for (let shift = 0; shift < 8; shift += 2) {
      const step = byte >> shift;
      x = clamp(x + (step & 1 ? 1 : -1), width);
      y = clamp(y + (step & 2 ? 1 : -1), height);
      mark(x, y, Math.min((visits[y]?.[x] ?? 0) + 1, symbols.length - 1));
    }
  }
  mark(Math.floor(width / 2), Math.floor(height / 2), startMark);
  mark(x, y, endMark);
  return visits;
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(value, size - 1));
}

function symbolFor(visits: number): string {
  if (visits === startMark) return 'S';
  if (visits === endMark) return 'E';
  return symbols.charAt(visits);
}

/** `+--[text]--+`, the odd dash on the right. */
function edge(text: string): string {
  const label = text === '' ? '' : `[${text}]`;
  const left = Math.floor((width - label.length) / 2);
  return `+${'-'.repeat(left)}${label}${'-'.repeat(width - left - label.length)}+`;
}
