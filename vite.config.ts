import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The window's pages: renderer/ to dist/renderer/. The content security policy allows nothing inline, so every asset
 * stays a file of its own and no script is put into the page.
 */
export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    // The oldest Electron in use (33) is Chromium 130.
    target: 'chrome130',
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Read from the disk in one go: in pieces it would start no sooner.
    chunkSizeWarningLimit: 1000,
  },
});
