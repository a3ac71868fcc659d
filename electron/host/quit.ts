import { app, powerMonitor } from 'electron';
import { settlesWithin } from './deadline.ts';
import type { Log } from './log.ts';

interface QuitOptions {
  readonly log: Log;
  /** Done once, at the first sign of quitting: nothing new is begun, windows may close. */
  readonly begin: () => void;
  /** Closes what is open. The app ends when it settles, or at the deadline. */
  readonly close: () => Promise<void>;
}

/** How long closing may take in all, in milliseconds: longer, and the system would kill us at logout. */
const CLOSE_TIMEOUT_MS = 8_000;

/**
 * Makes every end an orderly one: Quit in a menu, SIGINT, SIGTERM, logout. What is open is closed first; the app then
 * ends with exit code 0. Closing the last window ends nothing.
 */
export function quitInOrder({ log, begin, close }: QuitOptions): void {
  let stage: 'running' | 'closing' | 'closed' = 'running';
  const closeAll = async () => {
    try {
      const isClosed = await settlesWithin(CLOSE_TIMEOUT_MS, close());
      if (isClosed) log.info('Closed in order.');
      else log.warning('Closing took too long; the rest is left to the system.');
    } catch (error) {
      log.error('Closing failed', error);
    }
    stage = 'closed';
    app.quit();
  };
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (stage === 'closed') return;
    event.preventDefault();
    if (stage === 'closing') return;
    stage = 'closing';
    log.info('Quitting.');
    begin();
    void closeAll();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  powerMonitor.on('shutdown', () => app.quit());
}
