import type { Page } from '@playwright/test';
import { expect, test } from '../app/support/app.ts';
import { createPractice } from '../app/support/practice.ts';
import { createClientKey } from '../support/client-keys.ts';
import { findFreePort } from '../support/free-port.ts';
import { startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { startSshd } from '../support/sshd.ts';
import { connectTcp } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, fillIn, startAndOpen, visit } from './support/window.ts';

test('every view is accessible, light and dark', async ({ computer }) => {
  const page = await (await computer.launch()).page();
  await expect(button(page, 'Try the practice server')).toBeVisible();
  await expectAccessible(page, 'no tunnels');

  await createPractice(page);
  await startAndOpen(cardOf(page, 'Practice'));
  await button(cardOf(page, 'Practice'), 'Test localhost:42424 to imap.practice:143').click();
  await expect(cardOf(page, 'Practice').getByRole('log')).toContainText('* OK');
  await button(cardOf(page, 'Practice'), 'Duplicate').click();
  await wantPortsOfTheOther(page);
  await startAndOpen(cardOf(page, 'Practice copy'));
  await expect(
    button(cardOf(page, 'Practice copy'), 'Stop “Practice” (both of its forwards)').first(),
  ).toBeVisible();
  await expectAccessible(page, 'an open tunnel, and one whose ports are taken');

  const client = await connectTcp(42424);
  try {
    await cardOf(page, 'Practice')
      .getByRole('button', { name: /^Show \d+ connections? of/ })
      .click();
    await page.getByRole('button', { name: /^Explain / }).click();
    await expectAccessible(page, 'the connections, one of them explained');
  } finally {
    await client.close();
  }
  await expect(page.getByText('Nobody is connected now.')).toBeVisible();
  await expectAccessible(page, 'no connections');

  await visit(page, 'Listeners');
  await expect(page.getByRole('row').filter({ hasText: '42424' }).first()).toBeVisible();
  await expectAccessible(page, 'the listeners');

  await visit(page, 'Tunnels');
  await button(page, 'New tunnel').click();
  await expectAccessible(page, 'an empty form');
  await fillIn(page, { Port: '70000', 'Target host': 'not a host' });
  await button(page, 'Save').click();
  await expectAccessible(page, 'a form with errors');
  await visit(page, 'Tunnels');
  await expectAccessible(page, 'the question before edits are lost');
});

test('every dialog and every failed card is accessible, light and dark', async ({ computer }) => {
  test.setTimeout(90_000);
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const asking = await startKeyboardInteractiveServer([
    { instructions: 'Please prove it is you.', prompts: [{ prompt: 'Code: ', echo: false }], answers: ['1'] },
  ]);
  try {
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    const login = { method: 'ask' } as const;
    const nobody = { host: '127.0.0.1', port: await findFreePort(), user: 'ana' };
    await saveProfiles(computer, [
      keyFileProfile('Mail', sshd, [await forward()]),
      { name: 'Code', server: asking, login, forwards: [await forward()] },
      { name: 'Away', server: nobody, login, forwards: [await forward()] },
    ]);
    const page = await (await computer.launch()).page();

    await button(cardOf(page, 'Mail'), 'Start').click();
    const unknown = dialogOf(page, 'Unknown host key');
    await expect(unknown).toBeVisible();
    await expectAccessible(page, 'an unknown host key');
    await button(unknown, 'Trust and connect').click();
    await expectState(cardOf(page, 'Mail'), 'Open');

    await sshd.rotateHostKey();
    const changed = dialogOf(page, 'Host key changed');
    await expect(changed).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page, 'a changed host key');
    await button(changed, 'Cancel').click();

    await button(cardOf(page, 'Code'), 'Start').click();
    await button(unknown, 'Trust and connect').click();
    const asks = dialogOf(page, 'Server asks');
    await expect(asks).toBeVisible();
    await expectAccessible(page, 'what the server asks');
    await button(asks, 'Cancel').click();
    await expectState(cardOf(page, 'Code'), 'Failed');
    await button(cardOf(page, 'Away'), 'Start').click();
    await expectState(cardOf(page, 'Away'), 'Waiting');
    await expectAccessible(page, 'cards that failed and one that waits');

    await button(cardOf(page, 'Mail'), 'Edit').click();
    await fillIn(page, { 'Bind address': '0.0.0.0' });
    await button(page, 'Save').click();
    await expect(dialogOf(page, 'Open to the network')).toBeVisible();
    await expectAccessible(page, 'the question before a port is opened to others');
  } finally {
    await asking.close();
    await sshd.close();
  }
});

test('every secret prompt and every notice is accessible, light and dark', async ({ computer }) => {
  const key = await createClientKey({ passphrase: 'culvert', kdfRounds: 1 });
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], authorizedKeys: [key.publicKeyLine] });
  const asking = await startKeyboardInteractiveServer([
    { prompts: [{ prompt: 'Password: ', echo: false }], answers: ['1'] },
  ]);
  try {
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    const login = { method: 'keyFile', keyFile: key.path } as const;
    await knowHosts(computer, sshd, asking);
    await computer.writeUserData('settings.json', 'no settings');
    await saveProfiles(computer, [
      { name: 'Mail', server: sshd, login, forwards: [await forward()] },
      { name: 'Files', server: asking, login: { method: 'password' }, forwards: [await forward()] },
    ]);
    const page = await (await computer.launch()).page();
    await expect(page.getByRole('alert')).toContainText('settings.json');
    await expectAccessible(page, 'a notice about a damaged file');

    await button(cardOf(page, 'Mail'), 'Start').click();
    const passphrase = dialogOf(page, 'Passphrase');
    await passphrase.getByLabel('Passphrase', { exact: true }).fill('wrong');
    await button(passphrase, 'Continue').click();
    await expect(passphrase.getByRole('alert')).toBeVisible();
    await expectAccessible(page, 'a passphrase that is asked for again');
    await button(passphrase, 'Cancel').click();

    await button(cardOf(page, 'Files'), 'Start').click();
    const password = dialogOf(page, 'Password');
    await expect(password).toBeVisible();
    await expectAccessible(page, 'a password');
    await button(password, 'Cancel').click();
    await expectState(cardOf(page, 'Files'), 'Failed');

    await button(cardOf(page, 'Files'), 'Delete').click();
    await expect(button(page, 'Undo').first()).toBeVisible();
    await expectAccessible(page, 'a message that offers to undo');
  } finally {
    await asking.close();
    await sshd.close();
    await key.close();
  }
});

/** Lets the second tunnel want the ports of the first, which a copy avoids. */
async function wantPortsOfTheOther(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const snapshot = await window.culvert.call('app.snapshot', null);
    const [first, second] = snapshot.ok ? snapshot.value.profiles : [];
    for (const [index, { id: forwardId }] of second?.forwards.entries() ?? []) {
      const port = first?.forwards[index]?.bind.port ?? 0;
      await window.culvert.call('profiles.moveForward', { id: second?.id ?? '', forwardId, port });
    }
  });
}
