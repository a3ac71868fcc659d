import type { TrayEntry } from './tray-model.ts';

/** A burst of changes, as when 200 tunnels start, makes a few new menus and not 200. */
const SETTLE_MS = 50;

/** Tells when the entries of the tray and the menu are different from those told last. */
export class MenuWatch {
  readonly #entries: () => readonly TrayEntry[];
  readonly #onMenu: (entries: readonly TrayEntry[]) => void;
  #told = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(entries: () => readonly TrayEntry[], onMenu: (entries: readonly TrayEntry[]) => void) {
    this.#entries = entries;
    this.#onMenu = onMenu;
  }

  /** Something changed that may show in the menu. */
  look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const entries = this.#entries();
      const text = JSON.stringify(entries);
      if (text === this.#told) return;
      this.#told = text;
      this.#onMenu(entries);
    }, SETTLE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
