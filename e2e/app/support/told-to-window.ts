import { expect } from '@playwright/test';
import type { CulvertApp } from './app.ts';

declare global {
  /** In main, while a test records it: what main has told the window, each as JSON. */
  var toldToWindow: string[] | undefined;
}

/** Records, in main, every event and every reply that goes to the window from now on. */
export async function recordTold(app: CulvertApp): Promise<void> {
  await app.page();
  const isReady = await app.electron.evaluate(({ BrowserWindow, ipcMain }) => {
    const told: string[] = [];
    globalThis.toldToWindow = told;
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      const send = webContents.send.bind(webContents);
      webContents.send = (channel, ...args) => {
        told.push(JSON.stringify([channel, ...args]));
        send(channel, ...args);
      };
    }
    type Handler = (...args: readonly unknown[]) => unknown;
    // Electron keeps them here, in 33 and in 45; there is no public way to a handler that is set.
    const handlers = (ipcMain as unknown as { _invokeHandlers?: Map<string, Handler> })._invokeHandlers;
    const carryOut = handlers?.get('culvert:call');
    if (!handlers || !carryOut) return false;
    handlers.set('culvert:call', async (...args) => {
      const reply = await carryOut(...args);
      told.push(JSON.stringify(['reply', reply]));
      return reply;
    });
    return true;
  });
  expect(isReady, 'a way to record what main replies').toBe(true);
}

/** What was recorded since, in one text. */
export async function toldSoFar(app: CulvertApp): Promise<string> {
  return app.electron.evaluate(() => (globalThis.toldToWindow ?? []).join('\n'));
}
