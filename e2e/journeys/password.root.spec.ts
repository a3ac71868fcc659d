import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { requireRoot } from '../support/root.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test.beforeAll(() => requireRoot('A password login'));

test('a wrong password is asked for again, and a reload of the window loses nothing', async ({
  computer,
}) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], authenticationMethods: 'password' });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort();
    const login = { method: 'password' } as const;
    await saveProfiles(computer, [
      { name: 'Mail', server: sshd, login, forwards: [localForward(port, mail)] },
    ]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    const dialog = dialogOf(page, 'Password');
    const password = dialog.getByLabel('Password', { exact: true });

    await button(card, 'Start').click();
    await expect(dialog).toContainText(`For ${sshd.user} on ${sshd.host}:${sshd.port}.`);
    await expectState(card, 'Needs you');
    await password.fill('wrong');
    await button(dialog, 'Continue').click();
    await expect(dialog.getByRole('alert')).toHaveText('That was not accepted. Attempt 2 of 3.');

    await page.reload();
    await expect(dialog.getByRole('alert')).toHaveText('That was not accepted. Attempt 2 of 3.');
    await password.fill(sshd.account.password ?? '');
    await button(dialog, 'Continue').click();
    await expectState(card, 'Open');
    await expect(dialog).toHaveCount(0);
    await expectGreeting(port);
  } finally {
    await mail.close();
    await sshd.close();
  }
});

test('three wrong passwords end the asking, so that no account is locked', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], authenticationMethods: 'password' });
  try {
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    const login = { method: 'password' } as const;
    await saveProfiles(computer, [{ name: 'Mail', server: sshd, login, forwards: [forward] }]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    const dialog = dialogOf(page, 'Password');
    await button(card, 'Start').click();
    for (const attempt of [1, 2, 3]) {
      await expect(dialog).toContainText(`Attempt ${attempt} of 3`, { timeout: 20_000 });
      await dialog.getByLabel('Password', { exact: true }).fill(`wrong ${attempt}`);
      await button(dialog, 'Continue').click();
    }
    await expectState(card, 'Failed');
    await expect(card.getByRole('alert')).toContainText('was refused 3 times');
    await expect(dialog).toHaveCount(0);
  } finally {
    await sshd.close();
  }
});

test('what the server asks is shown in its own words, round by round', async ({ computer }) => {
  const server = await startKeyboardInteractiveServer([
    {
      instructions: 'Two things, please.',
      prompts: [
        { prompt: 'Staff number: ', echo: true },
        { prompt: 'PIN: ', echo: false },
      ],
      answers: ['4711', 'secret'],
    },
    { prompts: [{ prompt: 'Code from your phone: ', echo: false }], answers: ['123456'] },
  ]);
  try {
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [{ name: 'Mail', server, login: { method: 'ask' }, forwards: [forward] }]);
    await knowHosts(computer, server);
    const page = await (await computer.launch()).page();
    const dialog = dialogOf(page, 'Server asks');
    await button(cardOf(page, 'Mail'), 'Start').click();
    await expect(dialog).toContainText('Two things, please.');
    await dialog.getByLabel('Staff number:').fill('4711');
    await dialog.getByLabel('PIN:').fill('secret');
    await button(dialog, 'Continue').click();
    await dialog.getByLabel('Code from your phone:').fill('123456');
    await button(dialog, 'Continue').click();
    await expectState(cardOf(page, 'Mail'), 'Open');
    expect(server.logins()).toBe(1);
    await button(cardOf(page, 'Mail'), 'Stop').click();
    await expectState(cardOf(page, 'Mail'), 'Stopped');
  } finally {
    await server.close();
  }
});
