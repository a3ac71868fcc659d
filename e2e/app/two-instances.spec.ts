import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { JSHandle } from '@playwright/test';
import type { BrowserWindow } from 'electron';
import { type CulvertApp, expect, test } from './support/app.ts';
import { startBare } from './support/bare-app.ts';

test('a second Culvert shows the first one and ends before it opens a file', async ({ computer }) => {
  const first = await computer.launch();
  const window = await hideWindow(first);
  const before = await ourFiles(computer.userData);

  const second = startBare(computer);
  expect(await second.ended).toEqual({ code: 0, signal: null });

  await expect.poll(() => window.evaluate((each) => each.isVisible())).toBe(true);
  expect(await ourFiles(computer.userData)).toEqual(before);
  expect(await first.log()).not.toContain('Quitting');
});

test('a second Culvert that was started at login leaves the window alone', async ({ computer }) => {
  const first = await computer.launch();
  const window = await hideWindow(first);
  const second = startBare(computer, { args: ['--hidden'] });
  expect(await second.ended).toEqual({ code: 0, signal: null });
  expect(await window.evaluate((each) => each.isVisible())).toBe(false);
});

test('two user data folders are two Culverts', async ({ computer }) => {
  const first = await computer.launch();
  await first.page();
  const other = path.join(computer.home, 'other-data');
  const second = await computer.launch({ userData: other });
  await second.page();
  expect(await second.electron.evaluate(({ app }) => app.getPath('userData'))).toBe(other);
  expect(await readFile(path.join(other, 'culvert.log'), 'utf8')).toContain('info Culvert');
  expect(await second.close()).toBe(0);
  expect(await first.close()).toBe(0);
});

test('a user data folder may be named from the present folder', async ({ computer }) => {
  const relative = path.relative(process.cwd(), path.join(computer.home, 'relative-data'));
  const app = await computer.launch({ userData: relative });
  await app.page();
  expect(await app.electron.evaluate(({ app }) => app.getPath('userData'))).toBe(path.resolve(relative));
});

/** Once it was shown: a window that is hidden before its first picture shows itself all the same. */
async function hideWindow(app: CulvertApp): Promise<JSHandle<BrowserWindow>> {
  const window = await app.electron.browserWindow(await app.page());
  await expect.poll(() => window.evaluate((each) => each.isVisible())).toBe(true);
  await window.evaluate((each) => each.hide());
  return window;
}

/** Name, size and time of everything that Culvert itself writes; Chromium's own files are its business. */
async function ourFiles(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => /\.(json|log)\b/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(path.join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}
