import type { Api } from '#shared/contract/index.ts';

declare global {
  interface Window {
    /** The bridge that the preload puts into the page. */
    readonly culvert: Api;
  }
}
