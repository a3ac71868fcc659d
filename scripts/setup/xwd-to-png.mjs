// A virtual screen's picture as PNG, so that a screenshot needs no further program.
// Formats: X11/XWDFile.h (X Window Dump, version 7) and PNG Specification, third edition, section 5.
import { crc32, deflateSync } from 'node:zlib';

/**
 * Turns an X window dump of a true-colour screen into a PNG.
 *
 * @param {Buffer} xwd as Xvfb keeps it in its `-fbdir`
 * @returns {Buffer} throws when the dump is of another kind
 */
export function xwdToPng(xwd) {
  const { width, height, lineBytes, start } = readHeader(xwd);
  // A PNG line is a filter byte (0: none) and three bytes a pixel.
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++) {
      const from = start + y * lineBytes + x * 4;
      lines[to++] = xwd[from + 2] ?? 0;
      lines[to++] = xwd[from + 1] ?? 0;
      lines[to++] = xwd[from] ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a sample, RGB, and the only compression, filter and interlace methods.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {Buffer} xwd
 * @returns {{ width: number, height: number, lineBytes: number, start: number }} `start` is the first pixel's offset
 */
function readHeader(xwd) {
  if (xwd.length < 100) throw new Error('not an X window dump');
  const [
    headerBytes = 0,
    version,
    format,
    depth,
    width = 0,
    height = 0,
    ,
    byteOrder,
    ,
    ,
    ,
    pixelBits,
    lineBytes = 0,
  ] = Array.from({ length: 25 }, (_, index) => xwd.readUInt32BE(index * 4));
  const isTrueColour = version === 7 && format === 2 && depth === 24 && byteOrder === 0 && pixelBits === 32;
  if (!isTrueColour) throw new Error('not an X window dump with 24 bits of colour');
  const colours = xwd.readUInt32BE(19 * 4);
  const start = headerBytes + colours * 12;
  if (xwd.length < start + height * lineBytes) throw new Error('the X window dump is cut off');
  return { width, height, lineBytes, start };
}

/**
 * @param {string} type four letters
 * @param {Buffer} data
 * @returns {Buffer}
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}
