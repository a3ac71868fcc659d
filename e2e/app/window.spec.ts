import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserWindow } from 'electron';
import { eventually } from '../support/eventually.ts';
import { startSshd } from '../support/sshd.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { type CulvertApp, expect, test } from './support/app.ts';
import { childProcesses, startBare } from './support/bare-app.ts';
import { PRACTICE_PORT, startPractice } from './support/practice.ts';
import { saveProfile, sshdProfile } from './support/sshd-profile.ts';

test('the window is called Culvert, whatever its page calls itself', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await page.evaluate(() => {
    document.title = 'Something else';
  });
  await expect.poll(() => page.title()).toBe('Something else');
  expect(await inWindow(app, (window) => window.getTitle())).toBe('Culvert');
});

test('closing the window keeps tunnels running and says so once', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await startPractice(page);
  const stillRunning = page.getByText('Culvert keeps your tunnels running.');

  await inWindow(app, (window) => window.close());
  await expect.poll(() => inWindow(app, (window) => window.isVisible())).toBe(false);
  await expectGreeting(PRACTICE_PORT);

  await inWindow(app, (window) => window.show());
  await expect(stillRunning).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(stillRunning).toBeHidden();

  await inWindow(app, (window) => window.close());
  await expect.poll(() => inWindow(app, (window) => window.isVisible())).toBe(false);
  await inWindow(app, (window) => window.show());
  await expectGreeting(PRACTICE_PORT);
  await expect(stillRunning).toBeHidden();
  expect(await app.close()).toBe(0);
});

test('a page that is reloaded shows the tunnels as they are', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const card = await startPractice(page);
  await page.reload();
  await expect(card.getByRole('status')).toHaveText('Open');
  await card.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(card.getByRole('status')).toHaveText('Stopped');
});

test('a page that is reloaded still asks what was open, once, and takes the answer', async ({ computer }) => {
  const sshd = await startSshd();
  try {
    const app = await computer.launch();
    const page = await app.page();
    const card = await saveProfile(page, await sshdProfile(sshd, 'Stranger'));
    await card.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Unknown host key' });
    await expect(dialog).toBeVisible();
    await page.reload();
    await expect(dialog).toHaveCount(1);
    await dialog.getByRole('button', { name: 'Trust and connect' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(card.getByRole('status')).toHaveText('Open');
  } finally {
    await sshd.close();
  }
});

test('a page that crashes comes back by itself', async ({ computer }) => {
  const app = startBare(computer);
  try {
    await app.look(startPractice);
    const [page, ...others] = await childProcesses(app.pid, '--type=renderer');
    expect(others).toEqual([]);
    process.kill(page ?? Number.NaN, 'SIGKILL');
    await eventually(async () => {
      const [now] = await childProcesses(app.pid, '--type=renderer');
      return now !== undefined && now !== page;
    });
    await app.look((page) => expect(page.getByRole('status')).toHaveText('Open'));
    await expectGreeting(PRACTICE_PORT);
    const log = await readFile(path.join(computer.userData, 'culvert.log'), 'utf8');
    expect(log).toContain("The window's process is gone: killed");
  } finally {
    await app.close();
  }
});

test('the window comes back where it was', async ({ computer }) => {
  const first = await computer.launch();
  await first.page();
  const place = { x: 60, y: 50, width: 900, height: 640 };
  await first.electron.evaluate(({ BrowserWindow }, place) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(place);
  }, place);
  const file = path.join(computer.userData, 'window.json');
  await expect
    .poll(() => readFile(file, 'utf8').then(JSON.parse, () => null))
    .toEqual({ ...place, isMaximized: false });
  await first.close();

  const second = await computer.launch();
  await second.page();
  expect(await inWindow(second, (window) => window.getBounds())).toEqual(place);
});

test('a nonsense place is forgotten, and a window is there all the same', async ({ computer }) => {
  await computer.writeUserData('window.json', '{"x": 99999, "y": "left", ');
  const app = await computer.launch();
  await app.page();
  await expect.poll(() => inWindow(app, (window) => window.isVisible())).toBe(true);
});

test('started hidden where there is no tray, it shows its window: nobody would find it', async ({
  computer,
}) => {
  const app = await computer.launch({ args: ['--hidden'] });
  await app.page();
  await expect.poll(() => inWindow(app, (window) => window.isVisible())).toBe(true);
});

/** Asks or tells Culvert's one window, in main. */
async function inWindow<Answer>(
  { electron, page }: CulvertApp,
  ask: (window: BrowserWindow) => Answer,
): Promise<Answer> {
  const window = await electron.browserWindow(await page());
  return window.evaluate(ask);
}
