// The desktop that end-to-end tests run on: a virtual display, a session bus and a keychain, all our own.
import { openVirtualDisplay } from './display.mjs';
import { openSessionBus } from './session-bus.mjs';

/**
 * @typedef {object} TestDesktop
 * @property {NodeJS.ProcessEnv} env complete environment for the tests
 * @property {() => Promise<void>} close idempotent
 */

/**
 * Opens the desktop. On Linux always a virtual one, even where there is a screen: tests move the mouse and read the
 * keychain. Other systems have no such thing, and the tests run on the real one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<TestDesktop>}
 */
export async function openTestDesktop(env) {
  if (process.platform !== 'linux') return { env, close: async () => {} };
  const display = await openVirtualDisplay({ width: 1600, height: 1000 });
  const { WAYLAND_DISPLAY: _, ...withoutWayland } = env;
  const desktopEnv = { ...withoutWayland, DISPLAY: display.name };
  try {
    const bus = await openSessionBus(desktopEnv);
    return {
      env: { ...desktopEnv, ...bus.env },
      close: async () => {
        await bus.close();
        await display.close();
      },
    };
  } catch (error) {
    await display.close();
    throw error;
  }
}
