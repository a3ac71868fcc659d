// The tests that truly need root, and how to run them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../setup/paths.mjs';

const folders = ['shared', 'electron', 'renderer', 'scripts', 'e2e'];

/**
 * What an ordinary user's run left out, in words.
 *
 * @param {string} [root]
 * @returns {Promise<string>} empty when there are no such tests
 */
export async function describeLeftOut(root = repositoryRoot) {
  const files = (await Promise.all(folders.map((folder) => rootTestsIn(root, folder)))).flat().sort();
  if (files.length === 0) return '';
  return [
    'Left out, because they need root (throwaway accounts, network namespaces, dropped packets):',
    ...files.map((file) => `  ${file}`),
    'Run everything with:  sudo npm test',
  ].join('\n');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Promise<string[]>} relative to the root
 */
async function rootTestsIn(root, folder) {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => /\.root\.(test|spec)\.ts$/.test(name)).map((name) => join(folder, name));
}
