import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { defineConfig, type Plugin } from 'vite';

const iconsFolder = join(import.meta.dirname, 'electron/host/icons');

/**
 * The main process, the engine process, its thread, and the one that opens keys: electron/ to dist/main/, as ES modules with every package inside, so that
 * the packaged app needs no node_modules.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [leaveOutNativeParts(), addSodium(), addIcons()],
  ssr: { noExternal: true },
  // ssh2 is CommonJS and names its folder while it loads; an ES module has no such name.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  build: {
    ssr: true,
    outDir: 'dist/main',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: join(import.meta.dirname, 'electron/main.ts'),
        'engine-process': join(import.meta.dirname, 'electron/engine-process.ts'),
        'engine-thread': join(import.meta.dirname, 'electron/engine-thread.ts'),
        'key-thread': join(import.meta.dirname, 'electron/key-thread.ts'),
      },
      external: ['electron'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});

/**
 * ssh2 tries two native parts and does without when their `require` throws. Under Electron they must stay out: they are
 * built against OpenSSL, and Electron has BoringSSL. So their `require` throws here, always.
 */
function leaveOutNativeParts(): Plugin {
  const standIn = '\0native-part-left-out';
  return {
    name: 'leave-out-native-parts',
    enforce: 'pre',
    resolveId: (id) => (id === 'cpu-features' || id.endsWith('/sshcrypto.node') ? standIn : undefined),
    load: (id) =>
      id === standIn
        ? "module.exports = (() => { throw new Error('native part left out on purpose'); })();"
        : undefined,
  };
}

/** libsodium's library for this system lies beside the engine; without it the engine uses the ciphers of Node. */
function addSodium(): Plugin {
  const fileName = 'sodium-native.node';
  const prebuilt = join(import.meta.dirname, 'node_modules/sodium-native/prebuilds', `${platform}-${arch}`);
  return {
    name: 'add-sodium',
    generateBundle() {
      const library = join(prebuilt, fileName);
      if (existsSync(library)) this.emitFile({ type: 'asset', fileName, source: readFileSync(library) });
      else this.warn(`sodium-native has no library for ${platform}-${arch}: tunnels will be slower.`);
    },
  };
}

/** The tray's and the window's pictures are read at run time, from `icons/` beside main.js. */
function addIcons(): Plugin {
  return {
    name: 'add-icons',
    generateBundle() {
      if (!existsSync(iconsFolder)) return;
      for (const entry of readdirSync(iconsFolder, { withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const source = readFileSync(join(iconsFolder, entry.name));
        this.emitFile({ type: 'asset', fileName: `icons/${entry.name}`, source });
      }
    },
  };
}
