import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../app/support/app.ts';
import { createClientKey } from '../support/client-keys.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test('a public key is installed, and only a login with it says that it works', async ({ computer }) => {
  test.setTimeout(60_000);
  const key = await createClientKey({ comment: 'ana@laptop' });
  const sshd = await startSshd({
    hostKeyTypes: ['ed25519'],
    extraConfig: ['AuthorizedKeysFile .ssh/authorized_keys'],
  });
  const { home, uid, gid } = sshd.account;
  const folder = path.join(home, '.ssh');
  const file = path.join(folder, 'authorized_keys');
  try {
    const usual = path.join(computer.sshFolder, 'id_ed25519');
    await copyFile(key.path, usual);
    await copyFile(key.publicKeyPath, `${usual}.pub`);
    await mkdir(folder);
    await chmod(folder, 0o777);
    const mine = await readFile(`${sshd.identityFile}.pub`, 'utf8');
    await writeFile(file, `${mine}from="192.0.2.1" ${key.publicKeyLine}\n`);
    for (const each of [folder, file]) await chown(each, uid, gid);
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    await saveProfiles(computer, [{ name: 'Mail', server: sshd, login, forwards: [forward] }]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    await button(card, 'Start').click();
    await expectState(card, 'Open');

    await button(card, 'Edit').click();
    await button(page, 'Install my public key…').click();
    const dialog = dialogOf(page, `Install a public key on ${sshd.host}`);
    await button(dialog, 'Add this line').click();
    await expect(dialog.getByText('can limit a login, or forbid it')).toBeVisible();
    await expect(dialog.getByText(`from="192.0.2.1" ${key.publicKeyLine}`, { exact: true })).toBeVisible();
    await expect(dialog.getByText('chmod go-w ~/.ssh')).toBeVisible();
    await button(dialog, 'Check login with this key').click();
    await expect(dialog.getByRole('alert')).toContainText(`did not let ${sshd.user} in`);
    await button(dialog, 'Close').click();

    await chmod(folder, 0o700);
    await writeFile(file, mine);
    await button(page, 'Install my public key…').click();
    await button(dialog, 'Add this line').click();
    await expect(dialog.getByText('up to the server’s settings')).toBeVisible();
    await button(dialog, 'Check login with this key').click();
    await expect(dialog.getByText('Login works')).toBeVisible();
    expect(await readFile(file, 'utf8')).toBe(`${mine}${key.publicKeyLine}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await sshd.close();
    await key.close();
  }
});
