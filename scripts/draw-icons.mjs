// `node scripts/draw-icons.mjs`: draws Culvert's icons anew into electron/host/icons, where they are committed. All are
// the same culvert, a road over an arch, drawn from shapes at each size, because a scaled-down picture would blur.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  circle,
  cut,
  drawPng,
  join as joinShapes,
  onlyWithin,
  polygon,
  rectangle,
} from './setup/draw-png.mjs';
import { repositoryRoot } from './setup/paths.mjs';

/** @typedef {import('./setup/draw-png.mjs').Layer} Layer */
/** @typedef {import('./setup/draw-png.mjs').Shape} Shape */

/** Seen on light and on dark panels alike. */
const trayColours = { stone: '#7f8b97', open: '#10a08f', attention: '#e8890c' };
/** macOS takes the shape only and colours it itself. */
const templateColours = { stone: '#000000', open: '#000000', attention: '#000000' };

const folder = join(repositoryRoot, 'electron/host/icons');
await mkdir(folder, { recursive: true });
await save('app.png', drawPng(512, 32, appLayers()));
for (const sign of /** @type {const} */ (['idle', 'open', 'attention'])) {
  for (const scale of [1, 2]) {
    const suffix = scale === 1 ? '' : `@${scale}x`;
    for (const size of [16, 22, 32]) {
      await save(
        `tray-${sign}-${size}${suffix}.png`,
        drawPng(size * scale, 16, trayLayers(sign, trayColours)),
      );
    }
    await save(
      `tray-${sign}-Template${suffix}.png`,
      drawPng(16 * scale, 16, trayLayers(sign, templateColours)),
    );
  }
}

/**
 * On a grid of 16. Nothing open: the arch is empty. Something open: the stream fills it and runs out below. Something
 * wrong: a warning triangle stands before it.
 *
 * @param {'idle' | 'open' | 'attention'} sign
 * @param {{ stone: string, open: string, attention: string }} colours
 * @returns {Layer[]}
 */
function trayLayers(sign, colours) {
  const road = rectangle(0.5, 1.5, 15.5, 4, 0.75);
  const arch = cut(archway(8, 12, 6.5, 14.5), archway(8, 12, 4, 16));
  const culvert = joinShapes(road, arch);
  switch (sign) {
    case 'idle':
      return [{ shape: culvert, colour: colours.stone }];
    case 'open':
      return [
        { shape: culvert, colour: colours.open },
        {
          shape: joinShapes(archway(8, 12, 2.75, 14), rectangle(5.25, 11.5, 10.75, 14.5, 0.5)),
          colour: colours.open,
        },
      ];
    case 'attention': {
      const triangle = polygon([11, 6.2], [15.4, 14.2], [6.6, 14.2]);
      const mark = joinShapes(rectangle(10.4, 9, 11.6, 11.7, 0.5), circle(11, 13, 0.7));
      return [
        { shape: cut(culvert, grown(triangle, 1.6)), colour: colours.stone },
        { shape: cut(grown(triangle, 0.6), mark), colour: colours.attention },
      ];
    }
  }
}

/**
 * On a grid of 32: the road with its dashes, the stones of the arch, and the stream that comes out of it.
 *
 * @returns {Layer[]}
 */
function appLayers() {
  const tile = rectangle(1.5, 1.5, 30.5, 30.5, 7);
  const opening = archway(16, 19.5, 5.6, 25);
  const stream = onlyWithin(polygon([10.4, 22.6], [21.6, 22.6], [26.5, 31], [5.5, 31]), tile);
  const wave = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width) =>
    rectangle(x - width / 2, y, x + width / 2, y + 0.9, 0.45);
  return [
    { shape: tile, colour: '#11908a', bottomColour: '#06524f' },
    { shape: onlyWithin(rectangle(0, 6.6, 32, 10.8, 0), tile), colour: '#f4fbfa' },
    ...[5, 12.3, 19.7, 27].map((x) => ({
      shape: rectangle(x - 1.7, 8.3, x + 1.7, 9.1, 0.4),
      colour: '#11908a',
    })),
    { shape: cut(archway(16, 19.5, 8.6, 25), opening), colour: '#f4fbfa' },
    { shape: opening, colour: '#043b39' },
    {
      shape: joinShapes(onlyWithin(rectangle(10, 21.2, 22, 25, 0), opening), stream),
      colour: '#7fe3da',
      bottomColour: '#35bdb2',
    },
    { shape: joinShapes(wave(15, 23.2, 4.6), wave(18.4, 25.6, 5.4), wave(12.6, 27.6, 6)), colour: '#ecfffd' },
  ];
}

/**
 * A half circle that stands on straight walls.
 *
 * @param {number} x middle
 * @param {number} springing where the walls end and the half circle begins
 * @param {number} radius half the width
 * @param {number} bottom where the walls stand
 * @returns {Shape}
 */
function archway(x, springing, radius, bottom) {
  return (px, py) => Math.max(Math.hypot(px - x, Math.min(0, py - springing)) - radius, py - bottom);
}

/**
 * @param {Shape} shape
 * @param {number} by
 * @returns {Shape} the shape with a rim around it
 */
function grown(shape, by) {
  return (x, y) => shape(x, y) - by;
}

/**
 * @param {string} name
 * @param {Buffer} png
 */
async function save(name, png) {
  await writeFile(join(folder, name), png);
}
