import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { xwdToPng } from './xwd-to-png.mjs';

/** A screen of two pixels, red and blue, in one line, as Xvfb keeps it (blue first, then an unused byte). */
function twoPixels(): Buffer {
  const header = Buffer.alloc(104);
  const fields = { 0: 104, 1: 7, 2: 2, 3: 24, 4: 2, 5: 1, 11: 32, 12: 8, 19: 1 };
  for (const [index, value] of Object.entries(fields)) header.writeUInt32BE(value, Number(index) * 4);
  const colours = Buffer.alloc(12);
  return Buffer.concat([header, colours, Buffer.from([0, 0, 255, 0, 255, 0, 0, 0])]);
}

describe('xwdToPng', () => {
  it('keeps size and colours', () => {
    const png = xwdToPng(twoPixels());
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(png.readUInt32BE(16)).toBe(2);
    expect(png.readUInt32BE(20)).toBe(1);
    const dataBytes = png.readUInt32BE(33);
    const chunk = png.subarray(37, 41 + dataBytes);
    expect(chunk.toString('latin1', 0, 4)).toBe('IDAT');
    expect(png.readUInt32BE(41 + dataBytes)).toBe(crc32(chunk));
    expect([...inflateSync(chunk.subarray(4))]).toEqual([0, 255, 0, 0, 0, 0, 255]);
  });

  it('refuses what is no such picture', () => {
    expect(() => xwdToPng(Buffer.alloc(10))).toThrow('not an X window dump');
    expect(() => xwdToPng(Buffer.alloc(200))).toThrow('not an X window dump');
    expect(() => xwdToPng(twoPixels().subarray(0, -1))).toThrow('cut off');
  });
});
