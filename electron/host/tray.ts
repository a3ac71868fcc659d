import { join } from 'node:path';
import { Menu, type NativeImage, nativeImage, Tray } from 'electron';
import type { TrayEntry } from '../app/tray-model.ts';
import type { TraySign, TraySummary } from './tray-sign.ts';
import { type TunnelsMenuActions, tunnelsMenu } from './tunnels-menu.ts';

interface TrayOptions {
  /** The folder that holds the icons (drawn by scripts/draw-icons.mjs). */
  readonly iconFolder: string;
  readonly actions: TunnelsMenuActions;
  /** A click on the icon itself, where the system does not open the menu for it. */
  readonly onClick: () => void;
}

/** The icon in the system's tray, while there is a tray. */
export interface TrayIcon {
  /** A tray came or went. */
  setPresent(isPresent: boolean): void;
  setEntries(entries: readonly TrayEntry[]): void;
  /** Cheap when nothing changed. */
  setSummary(summary: TraySummary): void;
  close(): void;
}

/** Prepares the icon; it appears once a tray is known to be there. */
export function createTrayIcon({ iconFolder, actions, onClick }: TrayOptions): TrayIcon {
  let tray: Tray | undefined;
  let entries: readonly TrayEntry[] = [];
  let summary: TraySummary = { sign: 'idle', tooltip: '' };

  const showEntries = () => tray?.setContextMenu(Menu.buildFromTemplate(tunnelsMenu(entries, actions)));
  const open = () => {
    tray = new Tray(loadIcon(iconFolder, summary.sign));
    tray.setToolTip(summary.tooltip);
    // macOS opens the menu at every click.
    if (process.platform !== 'darwin') tray.on('click', onClick);
    showEntries();
  };
  const close = () => {
    tray?.destroy();
    tray = undefined;
  };
  return {
    setPresent(isPresent) {
      if (isPresent === (tray !== undefined)) return;
      if (isPresent) open();
      else close();
    },
    setEntries(changed) {
      entries = changed;
      showEntries();
    },
    setSummary(changed) {
      if (changed.sign !== summary.sign) tray?.setImage(loadIcon(iconFolder, changed.sign));
      if (changed.tooltip !== summary.tooltip) tray?.setToolTip(changed.tooltip);
      summary = changed;
    },
    close,
  };
}

/** In the size that the system's tray has; Electron finds the file for denser screens (`@2x`) by itself. */
function loadIcon(folder: string, sign: TraySign): NativeImage {
  switch (process.platform) {
    case 'darwin':
      // The system draws a picture of this name in the colour of its menu bar.
      return nativeImage.createFromPath(join(folder, `tray-${sign}-Template.png`));
    case 'win32':
      return nativeImage.createFromPath(join(folder, `tray-${sign}-16.png`));
    default:
      return nativeImage.createFromPath(join(folder, `tray-${sign}-22.png`));
  }
}
