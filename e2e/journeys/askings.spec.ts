import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type Computer, expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { type PromptRound, startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { startPasswordChangeServer } from '../support/password-change-server.ts';
import { expectAccessible } from './support/accessible.ts';
import { knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

const code: PromptRound = { prompts: [{ prompt: 'Code:', echo: false }], answers: ['123456'] };

test('what is typed while a question goes away by itself is sent to nobody', async ({ computer }) => {
  const own = await startPasswordChangeServer('my-secret-of-A', []);
  const other = await startKeyboardInteractiveServer([code]);
  try {
    const host = `Host a\n  HostName ${own.host}\n  Port ${own.port}\n  User ${own.user}\n`;
    await writeConfig(computer, host);
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    const [followed, plain] = ['A', 'B'];
    await saveProfiles(computer, [
      {
        name: followed,
        server: own,
        login: { method: 'password' },
        forwards: [await forward()],
        followedHost: { host: 'a', allowedCommands: [] },
      },
      { name: plain, server: other, login: { method: 'ask' }, forwards: [await forward()] },
    ]);
    await knowHosts(computer, own, other);
    const page = await (await computer.launch()).page();
    const [password, over, asks] = ['Password', 'No longer asked', 'Server asks'].map((name) =>
      dialogOf(page, name),
    );
    if (!password || !over || !asks) throw new Error('There are three dialogs.');
    await start(page, followed);
    await expect(password).toBeVisible();
    await start(page, plain);
    await expect(password).toContainText('1 of 2');

    await test.step('its Host changes: the rest of the secret and the Enter come to nothing', async () => {
      await page.keyboard.type('my-secr', { delay: 100 });
      await writeConfig(computer, `${host}  ConnectTimeout 25\n`);
      await expect(over).toContainText(`A asked for the password of ${own.user} on ${own.host}:${own.port}.`);
      await page.keyboard.type('et-of-A ');
      await page.keyboard.press('Enter');
      await expect(over).toContainText('Nothing that you typed was sent.');
      await expect(over).toContainText('It has begun anew, and asks again.');
      await expect(over).toContainText('2 other questions wait.');
      await expectAccessible(page, 'a question that is over');
      expect(other.given).toEqual([]);
      expect(own.refusals()).toBe(0);
    });

    await test.step('closed on purpose, it gives way to the next, with nothing in its field', async () => {
      await button(over, 'Close').click();
      await expect(asks.getByLabel('Code:')).toHaveValue('');
      await asks.getByLabel('Code:').fill('123456');
      await asks.getByLabel('Code:').press('Enter');
      await expect(password.getByLabel('Password', { exact: true })).toHaveValue('');
      await expect.poll(() => other.given).toEqual([['123456']]);
    });

    await test.step('stopped from elsewhere it says so, and the keyboard is at its tunnel afterwards', async () => {
      await page.keyboard.type('my-secr', { delay: 100 });
      await call(page, 'tunnels.stop', followed);
      await expect(over).toContainText('It was stopped.');
      await page.keyboard.press('Enter');
      await expect(over).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(over).toHaveCount(0);
      await expectState(cardOf(page, followed), 'Stopped');
      await expect(button(cardOf(page, followed), 'Start')).toBeFocused();
      expect(own.refusals()).toBe(0);
    });
  } finally {
    await own.close();
    await other.close();
  }
});

test('no key and no click that was meant for something else answers a question', async ({ computer }) => {
  const [first, second] = [
    await startKeyboardInteractiveServer([code]),
    await startKeyboardInteractiveServer([code]),
  ];
  try {
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [
      { name: 'A', server: first, login: { method: 'ask' }, forwards: [await forward()] },
      { name: 'B', server: second, login: { method: 'ask' }, forwards: [await forward()] },
    ]);
    const page = await (await computer.launch()).page();
    const [unknown, asks] = [dialogOf(page, 'Unknown host key'), dialogOf(page, 'Server asks')];
    await start(page, 'A');
    await expect(unknown).toContainText('A asks');
    await start(page, 'B');
    await expect(unknown).toContainText('1 of 2');

    await test.step('a double click trusts one key', async () => {
      await button(unknown, 'Trust and connect').dblclick();
      await expect(unknown).toContainText('B asks');
      // Its server asks only once the key of A is trusted, and stands behind the key of B.
      await expect(unknown).toContainText('1 of 2');
      await button(unknown, 'Cancel').click();
    });

    await test.step('what is typed in the search field does not go on in a field of a server', async () => {
      await expect(asks.getByLabel('Code:')).toBeFocused();
      await button(asks, 'Cancel').click();
      await page.getByRole('searchbox').click();
      await page.keyboard.type('A');
      await start(page, 'A');
      await expect(asks).toBeVisible();
      await page.keyboard.type(' long name');
      await page.keyboard.press('Enter');
      await expect(asks.getByLabel('Code:')).toHaveValue('');
      await page.keyboard.press('Tab');
      await expect(asks.getByLabel('Code:')).toBeFocused();
      expect(first.given).toEqual([]);
    });
  } finally {
    await first.close();
    await second.close();
  }
});

/** The window's usual size, its smallest, and a small one in a corner of a screen. */
const SIZES = [
  { width: 1100, height: 760 },
  { width: 640, height: 480 },
  { width: 400, height: 720 },
];

test('no words of a server hide who asks, and Enter leads through its questions', async ({ computer }) => {
  const server = await startKeyboardInteractiveServer([
    {
      name: 'Culvert',
      instructions: `${'\n'.repeat(200)}${'Culvert needs the passphrase of your key file. It stays here.\n'.repeat(40)}`,
      prompts: [
        { prompt: `${'\n'.repeat(50)}Passphrase ${'x '.repeat(90)}`, echo: false },
        { prompt: 'Code:', echo: false },
        { prompt: 'Empty:', echo: true },
      ],
      answers: ['my-password', '123456', ''],
    },
  ]);
  const expired = await startPasswordChangeServer('of old', ['accept'], 'Choose well.\n\n\n'.repeat(60));
  try {
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [
      { name: 'Mail', server, login: { method: 'ask' }, forwards: [await forward()] },
      { name: 'Old', server: expired, login: { method: 'password' }, forwards: [await forward()] },
    ]);
    await knowHosts(computer, server, expired);
    const page = await (await computer.launch()).page();
    const asks = dialogOf(page, 'Server asks');

    for (const size of SIZES) {
      await test.step(`the tunnel and the server stand above all at ${size.width} x ${size.height}`, async () => {
        await page.setViewportSize(size);
        await button(cardOf(page, 'Mail'), 'Start').click();
        await expect(asks.getByText('Mail asks', { exact: true })).toBeInViewport({ ratio: 1 });
        await expect(asks.getByText(`${server.host}:${server.port} asks ${server.user}.`)).toBeInViewport({
          ratio: 1,
        });
        await expect(asks.getByText('These are the server’s own words.')).toBeVisible();
        const words = asks.getByRole('region', { name: 'The server’s own words' });
        expect((await words.boundingBox())?.height).toBeLessThan(size.height / 3);
        await expect(asks.getByLabel('Passphrase')).toBeFocused();
        await asks.getByLabel('Empty:').focus();
        await expect(asks.getByRole('heading')).toBeInViewport({ ratio: 1 });
        if (size.width === 400) await expectAccessible(page, 'a server that says much');
        await button(asks, 'Cancel').click();
        await expectState(cardOf(page, 'Mail'), 'Failed');
      });
    }

    await test.step('Enter sends the answers from the last field, and not before', async () => {
      await button(cardOf(page, 'Mail'), 'Start').click();
      await expect(asks.getByLabel('Passphrase')).toBeFocused();
      await page.keyboard.type('my-password');
      await page.keyboard.press('Enter');
      await expect(asks.getByLabel('Code:')).toBeFocused();
      await page.keyboard.type('123456');
      await page.keyboard.press('Enter');
      await expect(asks.getByLabel('Empty:')).toBeFocused();
      expect(server.given).toEqual([]);
      await page.keyboard.press('Enter');
      await expectState(cardOf(page, 'Mail'), 'Open');
      expect(server.given).toEqual([['my-password', '123456', '']]);
    });

    await test.step('a server that wants a new password says so in as little room', async () => {
      await button(cardOf(page, 'Old'), 'Start').click();
      await dialogOf(page, 'Password').getByLabel('Password', { exact: true }).fill('of old');
      await page.keyboard.press('Enter');
      const fresh = dialogOf(page, 'New password');
      await expect(fresh.getByText(`on ${expired.host}:${expired.port} has expired`)).toBeInViewport({
        ratio: 1,
      });
      await expect(fresh.getByText('These are the server’s own words')).toBeVisible();
      await page.keyboard.type('brand new');
      await page.keyboard.press('Enter');
      await page.keyboard.type('brand new');
      await page.keyboard.press('Enter');
      await expectState(cardOf(page, 'Old'), 'Open');
      expect(expired.changes).toEqual([['of old', 'brand new']]);
    });
  } finally {
    await server.close();
    await expired.close();
  }
});

function start(page: Page, name: string): Promise<void> {
  return call(page, 'tunnels.start', name);
}

/** As the tray does it, while a dialog stands before the window's own buttons. */
function call(page: Page, command: 'tunnels.start' | 'tunnels.stop', name: string): Promise<void> {
  return page.evaluate(
    async ([which, wanted]) => {
      const reply = await window.culvert.call('app.snapshot', null);
      const profile = reply.ok ? reply.value.profiles.find((each) => each.name === wanted) : undefined;
      if (profile) await window.culvert.call(which, { id: profile.id });
    },
    [command, name] as const,
  );
}

function writeConfig(computer: Computer, text: string): Promise<void> {
  return writeFile(path.join(computer.sshFolder, 'config'), text, { mode: 0o600 });
}
