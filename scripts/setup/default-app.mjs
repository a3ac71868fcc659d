// Electron's default app: what runs when Electron is started with a folder as its argument.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes `default_app.asar`, where Electron looks for it and packagers know to remove it.
 *
 * @param {string} resourcesFolder
 * @returns {Promise<void>}
 */
export async function writeDefaultApp(resourcesFolder) {
  const { createPackage } = await import('@electron/asar');
  const folder = await mkdtemp(join(tmpdir(), 'culvert-default-app-'));
  try {
    const manifest = { name: 'electron', type: 'module', main: 'main.js' };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'main.js'), program);
    await createPackage(folder, join(resourcesFolder, 'default_app.asar'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Gives the app its own name, version and path before its first line runs, as the official default app does. Awaited,
 * because Electron holds back its `ready` event until this module is evaluated, and some calls must come before it.
 */
const program = `import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const argument = process.argv.slice(1).find((text) => !text.startsWith('-'));
const folder = resolve(argument ?? '.');
const manifest = join(folder, 'package.json');

if (argument === undefined || !existsSync(manifest)) {
  console.error('Usage: electron [options] FOLDER, where FOLDER holds the package.json of an app');
  process.exit(1);
}

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const { name, productName = name, version, desktopName = productName + '.desktop', main = 'index.js' } = JSON.parse(
  readFileSync(manifest, 'utf8'),
);
if (productName) app.setName(productName);
if (version) app.setVersion(version);
app.setDesktopName(desktopName);
app.setAppPath(folder);
try {
  await import(pathToFileURL(join(folder, main)).href);
} catch (error) {
  console.error(error);
  process.exit(1);
}
`;
