import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from './support/app.ts';
import { createPractice } from './support/practice.ts';

test('a corrupt profiles file is kept aside, the backup restored, and the user told', async ({
  computer,
}) => {
  const first = await computer.launch();
  await createPractice(await first.page());
  await first.close();
  const file = path.join(computer.userData, 'profiles.json');
  const good = await readFile(file, 'utf8');
  const damaged = good.slice(0, good.length / 2);
  await writeFile(file, damaged);

  const second = await computer.launch();
  const page = await second.page();
  await expect(page.getByRole('article', { name: 'Practice' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'profiles.json was damaged' })).toContainText(
    'restored 1 tunnel',
  );
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(good));
  const aside = (await readdir(computer.userData)).filter((name) => name.includes('corrupt'));
  expect(aside).toHaveLength(1);
  expect(await readFile(path.join(computer.userData, aside[0] ?? ''), 'utf8')).toBe(damaged);
});

test('a corrupt file without a backup is kept aside, and the app is there as new', async ({ computer }) => {
  await computer.writeUserData('profiles.json', 'not JSON at all');
  const app = await computer.launch();
  const page = await app.page();
  await expect(page.getByRole('button', { name: 'Try the practice server' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('There was no backup');
  const aside = (await readdir(computer.userData)).filter((name) => name.includes('corrupt'));
  expect(aside).toHaveLength(1);
});

test('a file of a newer Culvert is shown and not touched', async ({ computer }) => {
  const newer = `${JSON.stringify({ version: 99, profiles: [], more: 'of it' })}\n`;
  await computer.writeUserData('profiles.json', newer);
  const app = await computer.launch();
  const page = await app.page();
  await expect(page.getByText('Profiles cannot be changed now.')).toContainText('newer Culvert');
  const saved = await page.evaluate(() => window.culvert.call('profiles.createPractice', null));
  expect(saved).toMatchObject({ ok: false, error: { code: 'readOnly' } });
  await app.close();
  expect(await readFile(path.join(computer.userData, 'profiles.json'), 'utf8')).toBe(newer);
});

test('profiles are written as a whole, for their owner alone', async ({ computer }) => {
  const app = await computer.launch();
  await createPractice(await app.page());
  const file = path.join(computer.userData, 'profiles.json');
  const { mode } = await stat(file);
  expect(mode & 0o077).toBe(0);
  const document = JSON.parse(await readFile(file, 'utf8'));
  expect(document).toMatchObject({ version: expect.any(Number), profiles: [{ name: 'Practice' }] });
});
