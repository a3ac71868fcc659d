// Draws shapes into a PNG with smooth edges.
// Format: PNG Specification, third edition, section 5.
import { crc32, deflateSync } from 'node:zlib';

/**
 * A shape tells for every point how far it is to its edge, in units of the grid: negative inside, positive outside.
 *
 * @typedef {(x: number, y: number) => number} Shape
 */

/**
 * A shape in one colour (`#rrggbb`), or in two that run into each other from the picture's top to its bottom.
 *
 * @typedef {{ shape: Shape, colour: string, bottomColour?: string }} Layer
 */

/**
 * @param {number} size of the square picture, in pixels
 * @param {number} grid the size of the square that the shapes are drawn in
 * @param {readonly Layer[]} layers the lowest first
 * @returns {Buffer} a PNG
 */
export function drawPng(size, grid, layers) {
  const pixel = grid / size;
  // A line is a filter byte (0: none) and four bytes a pixel.
  const lines = Buffer.alloc(size * (1 + size * 4));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const colour = colourAt((column + 0.5) * pixel, (row + 0.5) * pixel, pixel, grid, layers);
      lines.set(colour, row * (1 + size * 4) + 1 + column * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // Eight bits a sample, RGBA, and the only compression, filter and interlace methods.
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {Shape}
 */
export function circle(x, y, radius) {
  return (px, py) => Math.hypot(px - x, py - y) - radius;
}

/**
 * @param {number} left
 * @param {number} top
 * @param {number} right
 * @param {number} bottom
 * @param {number} radius of its corners
 * @returns {Shape}
 */
export function rectangle(left, top, right, bottom, radius) {
  return (x, y) => {
    const dx = Math.abs(x - (left + right) / 2) - (right - left) / 2 + radius;
    const dy = Math.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + radius;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

/**
 * @param {...readonly [number, number]} corners of a convex polygon, clockwise
 * @returns {Shape}
 */
export function polygon(...corners) {
  const edges = corners.map(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length] ?? [x, y];
    const length = Math.hypot(nextX - x, nextY - y);
    return { x, y, normalX: (nextY - y) / length, normalY: (x - nextX) / length };
  });
  return (px, py) =>
    Math.max(...edges.map(({ x, y, normalX, normalY }) => (px - x) * normalX + (py - y) * normalY));
}

/**
 * @param {...Shape} shapes
 * @returns {Shape} what is in any of them
 */
export function join(...shapes) {
  return (x, y) => Math.min(...shapes.map((shape) => shape(x, y)));
}

/**
 * @param {Shape} shape
 * @param {Shape} hole
 * @returns {Shape} the shape without the hole
 */
export function cut(shape, hole) {
  return (x, y) => Math.max(shape(x, y), -hole(x, y));
}

/**
 * @param {Shape} shape
 * @param {Shape} frame
 * @returns {Shape} what is in both
 */
export function onlyWithin(shape, frame) {
  return (x, y) => Math.max(shape(x, y), frame(x, y));
}

/**
 * Lays the layers over one another; each covers as much of the pixel as the distance to its edge says.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} pixel size of a pixel on the grid
 * @param {number} grid
 * @param {readonly Layer[]} layers
 * @returns {number[]} red, green, blue, alpha
 */
function colourAt(x, y, pixel, grid, layers) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const { shape, colour, bottomColour = colour } of layers) {
    const cover = Math.min(1, Math.max(0, 0.5 - shape(x, y) / pixel));
    if (cover === 0) continue;
    const [top, bottom] = [channels(colour), channels(bottomColour)];
    const [r = 0, g = 0, b = 0] = top.map(
      (value, index) => value + ((bottom[index] ?? 0) - value) * (y / grid),
    );
    const below = alpha * (1 - cover);
    alpha = cover + below;
    red = (r * cover + red * below) / alpha;
    green = (g * cover + green * below) / alpha;
    blue = (b * cover + blue * below) / alpha;
  }
  return [red, green, blue, alpha * 255].map(Math.round);
}

/**
 * @param {string} colour
 * @returns {number[]}
 */
function channels(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
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
