import type { Api } from '#shared/contract/index.ts';

declare global {
  interface Window {
    /** The bridge that the preload puts here. */
    readonly culvert: Api;
  }
}

/** The one way out of the window: typed, allow-listed commands and events. */
export const api: Api = window.culvert;
