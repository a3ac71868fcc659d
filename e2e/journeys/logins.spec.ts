import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../app/support/app.ts';
import { createClientKey } from '../support/client-keys.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPasswordChangeServer } from '../support/password-change-server.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import { startSshd } from '../support/sshd.ts';
import { knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test('one key of another agent is chosen in the form, and a public key is offered to the server', async ({
  computer,
}) => {
  test.setTimeout(60_000);
  const [other, mine] = await Promise.all([
    createClientKey({ comment: 'other' }),
    createClientKey({ comment: 'ana@laptop' }),
  ]);
  const agent = await startSshAgent({ keys: [other, mine] });
  const sshd = await startSshd({
    hostKeyTypes: ['ed25519'],
    authorizedKeys: [mine.publicKeyLine],
    maxAuthTries: 2,
  });
  try {
    await copyFile(other.publicKeyPath, path.join(computer.sshFolder, 'id_ed25519.pub'));
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [
      { name: 'Mail', server: sshd, login: { method: 'automatic' }, forwards: [forward] },
    ]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');

    await button(card, 'Edit').click();
    await page.getByLabel('Log in with').selectOption('Agent');
    await page.getByLabel('Agent socket').fill(agent.socketPath);
    await button(page, 'List keys').click();
    await page.getByLabel('Agent key').selectOption('ana@laptop (Ed25519)');
    await expect(page.getByText(`-o IdentityAgent=${agent.socketPath}`, { exact: false })).toBeVisible();
    await page.getByLabel('Forward the SSH agent').check();
    await button(page, 'Save').click();
    await button(card, 'Start').click();
    await expectState(card, 'Open');
    expect(sshd.log()).not.toContain(other.fingerprint);

    await button(card, 'Edit').click();
    await expect(page.getByLabel('Agent key')).toHaveValue(mine.publicKeyLine.split(' ')[1] ?? '');
    await expect(page.getByLabel('Forward the SSH agent')).toBeChecked();
    await button(page, 'Install my public key…').click();
    const dialog = dialogOf(page, `Install a public key on ${sshd.host}`);
    await dialog.getByLabel('Public key').selectOption('other (id_ed25519.pub)');
    await expect(dialog.getByText(other.publicKeyLine, { exact: true })).toBeVisible();
    await expect(button(dialog, 'Add this line')).toBeEnabled();
    await button(dialog, 'Close').click();
  } finally {
    await sshd.close();
    await agent.close();
    await Promise.all([other.close(), mine.close()]);
  }
});

test('an encrypted key opens, and an expired password is changed', async ({ computer }) => {
  test.setTimeout(60_000);
  const key = await createClientKey({ passphrase: 'sesame' });
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], authorizedKeys: [key.publicKeyLine] });
  const expired = await startPasswordChangeServer('of old', ['accept']);
  try {
    const forward = async () => localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [
      {
        name: 'Locked',
        server: sshd,
        login: { method: 'keyFile', keyFile: key.path },
        forwards: [await forward()],
      },
      { name: 'Expired', server: expired, login: { method: 'password' }, forwards: [await forward()] },
    ]);
    await knowHosts(computer, sshd, expired);
    const page = await (await computer.launch()).page();

    await button(cardOf(page, 'Locked'), 'Start').click();
    const passphrase = dialogOf(page, 'Passphrase');
    await passphrase.getByLabel('Passphrase', { exact: true }).fill('sesame');
    await button(passphrase, 'Continue').click();
    await expectState(cardOf(page, 'Locked'), 'Open');

    await button(cardOf(page, 'Expired'), 'Start').click();
    const password = dialogOf(page, 'Password');
    await password.getByLabel('Password', { exact: true }).fill('of old');
    await button(password, 'Continue').click();
    const fresh = dialogOf(page, 'New password');
    await fresh.getByLabel('New password', { exact: true }).fill('brand new');
    await fresh.getByLabel('New password again').fill('brand mew');
    await button(fresh, 'Set password').click();
    await expect(fresh.getByRole('alert')).toHaveText('The two are not the same. Nothing was sent.');
    expect(expired.changes).toEqual([]);
    await fresh.getByLabel('New password again').fill('brand new');
    await button(fresh, 'Set password').click();
    await expectState(cardOf(page, 'Expired'), 'Open');
    expect(expired.changes).toEqual([['of old', 'brand new']]);
  } finally {
    await sshd.close();
    await expired.close();
    await key.close();
  }
});
