import { join } from 'node:path';
import { defineConfig } from 'vite';

/**
 * The bridge: electron/preload.ts to one CommonJS file in dist/preload/, because a sandboxed preload script can load
 * neither ES modules nor files of its own.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'dist/preload',
    emptyOutDir: true,
    // The oldest Electron in use (33) is Chromium 130.
    target: 'chrome130',
    sourcemap: true,
    rolldownOptions: {
      input: { preload: join(import.meta.dirname, 'electron/preload.ts') },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
});
