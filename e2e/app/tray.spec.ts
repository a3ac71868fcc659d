import { startSshd } from '../support/sshd.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { test as base, type CulvertApp, expect } from './support/app.ts';
import { createPractice, PRACTICE_PORT, startPractice } from './support/practice.ts';
import { saveProfile, sshdProfile } from './support/sshd-profile.ts';
import { startTray, type Tray } from './support/tray.ts';

const test = base.extend<{ tray: Tray }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern here
  tray: async ({}, use) => {
    const tray = startTray();
    try {
      await use(tray);
    } finally {
      await tray.close();
    }
  },
});

test('a tray entry toggles its tunnel, with the window closed, too', async ({ tray, computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const status = (await createPractice(page)).getByRole('status');
  await tray.waitForIcon();
  await expect.poll(() => tunnelsMenu(app)).toContain('Practice: Stopped');

  await tray.clickFirstEntry();
  await expect(status).toHaveText('Open');
  await expectGreeting(PRACTICE_PORT);
  await expect.poll(() => tunnelsMenu(app)).toContain('Practice: Open');

  await (await app.electron.browserWindow(page)).evaluate((window) => window.close());
  await expect(page.getByText('Its icon in the tray brings this window back')).toHaveCount(1);
  await tray.clickFirstEntry();
  await expect(status).toHaveText('Stopped');
  await expect.poll(() => tunnelsMenu(app)).toContain('Practice: Stopped');
  expect(await isVisible(app)).toBe(false);
  await tray.clickFirstEntry();
  await expect(status).toHaveText('Open');

  await tray.click();
  await expect.poll(() => isVisible(app)).toBe(true);
});

test('the tray quits Culvert in order', async ({ tray, computer }) => {
  const app = await computer.launch();
  await startPractice(await app.page());
  await tray.waitForIcon();
  const ended = new Promise((resolve) => app.electron.process().once('exit', resolve));
  await tray.chooseLastEntry();
  expect(await ended).toBe(0);
  await expect.poll(() => app.log()).toContain('Closed in order.');
});

test('started hidden, it is in the tray only, until it is asked for', async ({ tray, computer }) => {
  const app = await computer.launch({ args: ['--hidden'] });
  await tray.waitForIcon();
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  await tray.click();
  const page = await app.page();
  await expect(page.getByRole('button', { name: 'New tunnel' })).toBeVisible();
  expect(await page.evaluate(() => window.culvert.call('app.snapshot', null))).toMatchObject({
    value: { environment: { tray: true } },
  });
});

test('a tray that starts later is found, and one that goes is missed', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const knowsTray = () =>
    page.evaluate(async () => {
      const answer = await window.culvert.call('app.snapshot', null);
      return answer.ok && answer.value.environment.tray;
    });
  expect(await knowsTray()).toBe(false);
  const tray = startTray();
  try {
    await tray.waitForIcon();
    await expect.poll(knowsTray).toBe(true);
  } finally {
    await tray.close();
  }
  await expect.poll(knowsTray, { timeout: 20_000 }).toBe(false);
  expect(await tray.hasIcon()).toBe(false);
});

test('a tunnel that is started from the tray and asks something brings the window', async ({
  tray,
  computer,
}) => {
  const sshd = await startSshd();
  try {
    const app = await computer.launch();
    const page = await app.page();
    await saveProfile(page, await sshdProfile(sshd, 'Stranger'));
    await tray.waitForIcon();
    await expect.poll(() => tunnelsMenu(app)).toContain('Stranger: Stopped');
    await (await app.electron.browserWindow(page)).evaluate((window) => window.close());

    await tray.clickFirstEntry();
    await expect.poll(() => isVisible(app)).toBe(true);
    await expect(page.getByRole('dialog', { name: 'Unknown host key' })).toBeVisible();
    await expect.poll(() => tunnelsMenu(app)).toContain('Stranger: Needs you');
  } finally {
    await sshd.close();
  }
});

/** What stands in the application menu under `Tunnels`: the same entries, built by the same code, as the tray's. */
function tunnelsMenu(app: CulvertApp): Promise<readonly string[]> {
  return app.electron.evaluate(({ Menu }) => {
    const tunnels = Menu.getApplicationMenu()?.items.find(({ label }) => label.includes('Tunnels'));
    return tunnels?.submenu?.items.map(({ label }) => label) ?? [];
  });
}

async function isVisible(app: CulvertApp): Promise<boolean> {
  const window = await app.electron.browserWindow(await app.page());
  return window.evaluate((each) => each.isVisible());
}
