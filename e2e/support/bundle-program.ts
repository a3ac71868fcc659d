import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';

/**
 * Makes one file of a program in this folder, for a plain Node that does not know our imports, beside the packages that
 * it needs. Gives the file's path.
 */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const outDir = path.join(folder, 'program');
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path.join(import.meta.dirname, name),
      outDir,
      target: 'node20',
      rollupOptions: { output: { format: 'es' } },
    },
  });
  await symlink(path.join(import.meta.dirname, '../../node_modules'), path.join(outDir, 'node_modules'));
  const [bundled = ''] = (await readdir(outDir)).filter((each) => each.endsWith('js'));
  return path.join(outDir, bundled);
}
