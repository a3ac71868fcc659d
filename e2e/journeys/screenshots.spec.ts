import path from 'node:path';
import type { Page } from '@playwright/test';
import { startTestSshServer } from '../../electron/engine/forward/testing/ssh-server.ts';
import { type Computer, expect, test } from '../app/support/app.ts';
import { connectTcp } from '../support/tcp-client.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, fillIn, startAndOpen, visit } from './support/window.ts';

/** `CULVERT_SCREENSHOTS=1` renews the README's pictures; otherwise it is only proved that they can be taken. */
const isForReadme = process.env.CULVERT_SCREENSHOTS === '1';

test('the main views can be shown', async ({ computer }, testInfo) => {
  test.setTimeout(90_000);
  const shoot = async (page: Page, name: string) => {
    const file = `${name}.png`;
    const place = isForReadme
      ? path.join(import.meta.dirname, '../../docs/images', file)
      : testInfo.outputPath(file);
    await page.mouse.move(0, 0);
    const picture = await page.screenshot({ path: place, animations: 'disabled' });
    expect(picture.length, `${name} shows something`).toBeGreaterThan(10_000);
  };
  // Everybody may log in here and every target is the same greeter: the names in the pictures are free to choose.
  const ssh = await startTestSshServer({
    onChannel: (channel) => {
      channel.write('* OK IMAP4rev1 ready\r\n');
      channel.pipe(channel);
    },
  });
  // What answers here is no SSH server: that tunnel waits and tries again.
  const nobody = await startTcpServer((client) => client.resetAndDestroy(), { port: 2022 });
  try {
    await saveExamples(computer, ssh.port);
    const page = await (await computer.launch()).page();
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });

    await button(cardOf(page, 'Mail'), 'Start').click();
    const unknown = dialogOf(page, 'Unknown host key');
    await expect(unknown).toBeVisible();
    await hideFolder(page, computer.home);
    await shoot(page, 'host-key-light');
    await button(unknown, 'Trust and connect').click();
    await expectState(cardOf(page, 'Mail'), 'Open');
    await startAndOpen(cardOf(page, 'Intranet'));
    await startAndOpen(cardOf(page, 'Browse from home'));
    await button(cardOf(page, 'Build machine'), 'Start').click();
    await expectState(cardOf(page, 'Build machine'), 'Waiting');

    const clients = await Promise.all([42424, 42025, 8080].map((port) => connectTcp(port)));
    const traffic = setInterval(() => {
      for (const { socket } of clients) socket.write(Buffer.alloc(20_000));
    }, 100);
    try {
      const busy = cardOf(page, 'Mail').getByText(/^(?!0 )\d.*\/s$/);
      await expect(busy.first()).toBeVisible();
      await expect(
        cardOf(page, 'Mail')
          .getByText(/MB in all$/)
          .first(),
      ).toBeVisible({ timeout: 20_000 });
      await shoot(page, 'tunnels-light');
      await page.emulateMedia({ colorScheme: 'dark' });
      await shoot(page, 'tunnels-dark');
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 640, height: 760 });
      await shoot(page, 'narrow-light');
      await page.setViewportSize({ width: 1100, height: 760 });
    } finally {
      clearInterval(traffic);
      for (const { close } of clients) await close();
    }

    await visit(page, 'Listeners');
    await page.getByLabel('Ours only').check();
    await expect(page.getByRole('row').filter({ hasText: '42424' }).first()).toBeVisible();
    await shoot(page, 'listeners-light');

    await visit(page, 'Tunnels');
    await button(page, 'New tunnel').click();
    await fillIn(page, { Name: 'Mail', Server: 'ssh.example.org', User: 'ana' });
    await fillIn(page.getByRole('group', { name: 'Forward 1' }), {
      'Bind port': 42424,
      'Target host': 'imap.example.org',
      'Target port': 143,
    });
    await shoot(page, 'form-light');
    await visit(page, 'Tunnels');
    await button(dialogOf(page, 'Leave without saving?'), 'Discard changes').click();

    await button(page, 'Stop all').click();
    for (const name of ['Mail', 'Intranet', 'Browse from home', 'Build machine']) {
      await button(cardOf(page, name), 'Delete').click();
    }
    await expect(page.getByRole('heading', { name: 'Dig your first tunnel' })).toBeVisible();
    while (await button(page, 'Dismiss').count()) await button(page, 'Dismiss').first().click();
    await shoot(page, 'empty-light');
  } finally {
    await nobody.close();
    await ssh.close();
  }
});

async function saveExamples(computer: Computer, port: number): Promise<void> {
  const login = { method: 'automatic' } as const;
  const server = { host: 'localhost', port, user: 'ana' };
  const browse = localForward(1080, { host: '', port: 0 });
  await saveProfiles(computer, [
    {
      name: 'Mail',
      server,
      login,
      forwards: [
        localForward(42424, { host: 'imap.example.org', port: 143 }, 'IMAP'),
        localForward(42025, { host: 'smtp.example.org', port: 25 }, 'SMTP'),
      ],
    },
    {
      name: 'Intranet',
      server,
      login,
      forwards: [localForward(8080, { host: 'wiki.example.org', port: 80 })],
    },
    {
      name: 'Browse from home',
      server,
      login,
      forwards: [{ id: browse.id, name: '', kind: 'dynamic', enabled: true, bind: browse.bind }],
    },
    {
      name: 'Build machine',
      server: { ...server, port: 2022 },
      login,
      forwards: [localForward(5900, { host: 'build.example.org', port: 5900 })],
    },
  ]);
}

/** The test's home is a temporary folder with a name that says nothing; readers see an ordinary one. */
async function hideFolder(page: Page, folder: string): Promise<void> {
  await page.evaluate((home) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      if (node.nodeValue?.includes(home)) node.nodeValue = node.nodeValue.replace(home, '/home/ana');
    }
  }, folder);
}
