import { readFileSync } from 'node:fs';
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import type { DocumentWriter } from '../storage/atomic-writer.ts';
import { START_PAGE } from './app-url.ts';
import { hardenedPreferences } from './hardening.ts';
import type { Log } from './log.ts';
import { placeWindow, WINDOW_SIZE, type WindowBounds } from './window-bounds.ts';

interface WindowOptions {
  readonly preload: string;
  /** A picture for task bars that do not take it from the installed app. */
  readonly icon: string;
  /** Where the window's place is kept, and what writes it there. */
  readonly boundsFile: string;
  readonly boundsWriter: DocumentWriter;
  readonly log: Log;
  /** The user closed the window; it is hidden, Culvert goes on. */
  readonly onHidden: () => void;
}

/** The one window. It is made when it is first shown; closing only hides it. */
export interface MainWindow {
  /** Brings it to the front, whether it was never made, hidden, minimized or crashed. */
  show(): void;
  /** The contents that may give commands and are told events; empty before the window is first shown. */
  contents(): readonly WebContents[];
  /** The window that a dialog belongs to, while there is one to be seen. */
  dialogParent(): BrowserWindow | null;
  /** From now on closing the window is closing the window. */
  letClose(): void;
}

/** A page that crashes again so soon, in milliseconds, is left alone until somebody asks for the window. */
const RELOAD_AGAIN_AFTER_MS = 60_000;
/** How long after the last move or change of size the place is written, in milliseconds. */
const SAVE_DELAY_MS = 500;

/** The renderer's ground colours (design/tokens.css), so that nothing flashes before its first frame. */
const GROUND = { light: '#f5f6f8', dark: '#10161c' } as const;

/** Prepares the window; makes none yet. */
export function createMainWindow(options: WindowOptions): MainWindow {
  let window: BrowserWindow | undefined;
  let mayClose = false;
  return {
    show() {
      if (!window || window.isDestroyed()) {
        window = openWindow(options, () => mayClose);
        return;
      }
      if (window.webContents.isCrashed()) window.webContents.reload();
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    contents: () => (window && !window.isDestroyed() ? [window.webContents] : []),
    dialogParent: () => (window && !window.isDestroyed() && window.isVisible() ? window : null),
    letClose() {
      mayClose = true;
    },
  };
}

function openWindow(options: WindowOptions, mayClose: () => boolean): BrowserWindow {
  const { preload, icon, log, onHidden } = options;
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const { isMaximized, ...placement } = placeWindow(readBounds(options.boundsFile), workAreas);
  const window = new BrowserWindow({
    ...placement,
    minWidth: WINDOW_SIZE.minWidth,
    minHeight: WINDOW_SIZE.minHeight,
    title: app.name,
    icon,
    show: false,
    // The menu is a key (Alt) away; the window's own controls do everything that is done often.
    autoHideMenuBar: true,
    backgroundColor: ground(),
    webPreferences: hardenedPreferences(preload),
  });
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  window.on('page-title-updated', (event) => event.preventDefault());
  const saveBounds = keepBounds(window, options);
  const updateGround = () => window.setBackgroundColor(ground());
  nativeTheme.on('updated', updateGround);
  window.on('close', (event) => {
    saveBounds();
    if (mayClose()) return;
    event.preventDefault();
    hide(window);
    onHidden();
  });
  window.on('closed', () => nativeTheme.off('updated', updateGround));
  reloadAfterCrash(window, log);
  window.loadURL(START_PAGE).catch((error: unknown) => log.error('The page could not be loaded', error));
  return window;
}

/** macOS shows a black screen in the place of a full-screen window that is hidden. */
function hide(window: BrowserWindow): void {
  if (!window.isFullScreen()) {
    window.hide();
    return;
  }
  window.once('leave-full-screen', () => window.hide());
  window.setFullScreen(false);
}

function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  const { webContents } = window;
  let lastReloadAt = Number.NEGATIVE_INFINITY;
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log.error(`The window's process is gone: ${reason} (${exitCode}).`);
    if (performance.now() - lastReloadAt < RELOAD_AGAIN_AFTER_MS) return;
    lastReloadAt = performance.now();
    // Not from within this event: Electron still takes the old process apart.
    setImmediate(() => {
      if (!webContents.isDestroyed()) webContents.reload();
    });
  });
  window.on('unresponsive', () => log.warning('The window does not respond.'));
  window.on('responsive', () => log.info('The window responds again.'));
  webContents.on('preload-error', (_event, _path, error) => log.error('The preload failed', error));
}

function keepBounds(window: BrowserWindow, { boundsWriter, log }: WindowOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    const { x, y, width, height } = window.getNormalBounds();
    const bounds: WindowBounds = { x, y, width, height, isMaximized: window.isMaximized() };
    try {
      boundsWriter.write(bounds);
    } catch (error) {
      log.warning(`The window's place could not be saved. ${(error as Error).message}`);
    }
  };
  const saveSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('closed', () => clearTimeout(timer));
  return save;
}

/** Whatever is wrong with the file, the window has a place without it. */
function readBounds(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function ground(): string {
  return nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light;
}
