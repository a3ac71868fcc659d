// A virtual display for machines without a screen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupStop } from './stop.mjs';

/** @returns {boolean} whether windows would have nowhere to appear */
export function isScreenless() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/**
 * @typedef {object} VirtualDisplay
 * @property {string} name for `DISPLAY`, such as `:1`
 * @property {string} pictureFile what is on the screen now, in X's own picture format
 * @property {() => Promise<void>} close ends the display; idempotent
 */

/**
 * Starts Xvfb on a display number of its own choice.
 *
 * @param {{ width?: number, height?: number }} [size] in pixels
 * @returns {Promise<VirtualDisplay>}
 */
export async function openVirtualDisplay({ width = 1440, height = 900 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'culvert-display-'));
  const screen = ['-screen', '0', `${width}x${height}x24`, '-fbdir', folder];
  const child = spawn(
    'Xvfb',
    // Without -noreset it starts anew when its last client leaves, and refuses whoever comes meanwhile.
    ['-displayfd', '3', ...screen, '-nolisten', 'tcp', '-noreset'],
    // A process group of its own: a Ctrl-C is for the app, which would lose its display before it could close.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  const ended = once(child, 'close');
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const number = await readDisplayNumber(child);
    return { name: `:${number}`, pictureFile: join(folder, 'Xvfb_screen0'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} rejects with a `SetupStop` when the display does not come up
 */
async function readDisplayNumber(child) {
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const numbers = /** @type {import('node:stream').Readable} */ (child.stdio[3]).setEncoding('utf8');
  const text = await Promise.race([
    once(numbers, 'data').then(([chunk]) => String(chunk)),
    once(child, 'close').then(() => ''),
  ]);
  const number = Number.parseInt(text, 10);
  if (Number.isNaN(number))
    throw new SetupStop(`The virtual display (Xvfb) did not start:\n${printed.trim()}`);
  return number;
}
