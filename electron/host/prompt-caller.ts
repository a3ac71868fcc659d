import type { TunnelSnapshot } from '#shared/tunnel-state.ts';

/**
 * Shows the window when a tunnel that was started from the tray or the menu asks something, so that a click there does
 * not end in a question that nobody sees. Tunnels that ask without having been clicked change the tray's icon only:
 * a window that jumps up by itself takes the keyboard from whoever is typing.
 */
export class PromptCaller {
  readonly #show: () => void;
  readonly #clicked = new Set<string>();

  constructor(show: () => void) {
    this.#show = show;
  }

  /** The tunnel was clicked. */
  expect(id: string): void {
    this.#clicked.add(id);
  }

  /** The tunnel changed. */
  note({ id, state }: TunnelSnapshot): void {
    if (!this.#clicked.has(id)) return;
    switch (state.status) {
      case 'needsUser':
        this.#clicked.delete(id);
        this.#show();
        return;
      case 'open':
      case 'failed':
      case 'stopped':
      case 'waiting':
        this.#clicked.delete(id);
        return;
      default:
        return;
    }
  }
}
