import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { createClientKey } from '../support/client-keys.ts';
import { openKeychain } from '../support/keychain.ts';
import { startSshd } from '../support/sshd.ts';
import { expect, test } from './support/app.ts';
import { saveProfile, sshdProfile } from './support/sshd-profile.ts';

/** The real keychain of the tests' desktop; Electron does not choose one by itself on a desktop without a name. */
const WITH_KEYCHAIN = { args: ['--password-store=gnome-libsecret'] };
const PASSPHRASE = 'correct horse battery staple';

test('a passphrase that is to be remembered is kept by the keychain, and nowhere else', async ({
  computer,
}) => {
  const key = await createClientKey({ passphrase: PASSPHRASE, kdfRounds: 1 });
  const sshd = await startSshd({ authorizedKeys: [key.publicKeyLine] });
  try {
    await writeFile(path.join(computer.sshFolder, 'known_hosts'), sshd.knownHosts());
    const profile = await sshdProfile(sshd, 'Mail', key.path);

    const first = await computer.launch(WITH_KEYCHAIN);
    const card = await saveProfile(await first.page(), profile);
    await card.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = (await first.page()).getByRole('dialog', { name: 'Passphrase' });
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await dialog.getByLabel('Remember in the keychain').check();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(card.getByRole('status')).toHaveText('Open');
    await expect.poll(() => keptSecrets(computer.userData)).toBe(1);
    await first.close();
    for (const [name, text] of await filesIn(computer.userData)) {
      expect(text.includes(PASSPHRASE), name).toBe(false);
    }

    const second = await computer.launch(WITH_KEYCHAIN);
    const page = await second.page();
    await expect(page.getByRole('article', { name: 'Mail' }).getByRole('status')).toHaveText('Open');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await second.close();

    // Without its keychain it asks, and loses nothing.
    const third = await computer.launch({ args: ['--password-store=basic'] });
    const asking = (await third.page()).getByRole('dialog', { name: 'Passphrase' });
    await expect(asking).toBeVisible();
    await expect(asking.getByLabel('Remember in the keychain')).toHaveCount(0);
    await expect(asking).toContainText('kept in memory until Culvert quits, and nowhere else');
    expect(await keptSecrets(computer.userData)).toBe(1);
  } finally {
    await sshd.close();
    await key.close();
  }
});

test('another keychain costs nothing: it is said who must be asked, and the old one works again', async ({
  computer,
}) => {
  const keys = [
    await createClientKey({ passphrase: PASSPHRASE, kdfRounds: 1 }),
    await createClientKey({ passphrase: PASSPHRASE, kdfRounds: 1 }),
  ] as const;
  const sshd = await startSshd({ authorizedKeys: keys.map(({ publicKeyLine }) => publicKeyLine) });
  const other = await openKeychain();
  try {
    await writeFile(path.join(computer.sshFolder, 'known_hosts'), sshd.knownHosts());
    const first = await computer.launch(WITH_KEYCHAIN);
    const page = await first.page();
    for (const [name, key] of [['Mail', keys[0]] as const, ['Work', keys[1]] as const]) {
      const card = await saveProfile(page, await sshdProfile(sshd, name, key.path));
      await card.getByRole('button', { name: 'Start', exact: true }).click();
      await givePassphrase(page, name);
      await expect(card.getByRole('status')).toHaveText('Open');
    }
    await expect.poll(() => keptSecrets(computer.userData)).toBe(2);
    await first.close();
    const before = await boxes(computer.userData);

    const second = await computer.launch({ ...WITH_KEYCHAIN, env: other.env });
    const there = await second.page();
    const notice = there.getByRole('alert').filter({ hasText: '2 kept secrets cannot be read' });
    await expect(notice).toContainText('these tunnels need their secret from you: “Mail”, “Work”');
    expect(await boxes(computer.userData)).toEqual(before);
    // Both ask, in either order; only one is answered.
    await givePassphrase(there, 'Mail');
    await expect(there.getByRole('article', { name: 'Mail' }).getByRole('status')).toHaveText('Open');
    await expect.poll(async () => changed(before, await boxes(computer.userData))).toEqual([keys[0].path]);
    await expect(there.getByRole('alert').filter({ hasText: 'A kept secret cannot be read' })).toContainText(
      '“Work”.',
    );
    const work = there.getByRole('article', { name: 'Work' }).getByRole('status');
    await expect(work).toHaveText(/^(?:Failed|Needs you)$/);
    if ((await work.textContent()) === 'Needs you')
      await there.getByRole('dialog', { name: 'Passphrase' }).getByRole('button', { name: 'Cancel' }).click();
    await expect(work).toHaveText('Failed');
    await second.close();

    const third = await computer.launch(WITH_KEYCHAIN);
    const back = await third.page();
    // What was open comes back, and asks; what was declined does not.
    const asked = back.getByRole('dialog', { name: 'Passphrase' });
    await expect(asked).toContainText(keys[0].path);
    await asked.getByRole('button', { name: 'Cancel' }).click();
    const again = back.getByRole('article', { name: 'Work' });
    await again.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(again.getByRole('status')).toHaveText('Open');
    await back.getByRole('button', { name: 'Saved secrets…' }).click();
    const saved = back.getByRole('dialog', { name: 'Saved secrets' });
    await expect(saved.getByRole('listitem')).toHaveCount(2);
    await expect(saved).toContainText('The keychain does not open it now.');
    await saved.getByRole('button', { name: `Forget: Passphrase of ${keys[0].path}` }).click();
    await expect(saved.getByRole('listitem')).toHaveCount(1);
    expect(Object.keys(await boxes(computer.userData))).toEqual([expect.stringContaining(keys[1].path)]);
  } finally {
    await other.close();
    await sshd.close();
    for (const key of keys) await key.close();
  }
});

test('a locked keychain is called locked, and used again in the same run once it is unlocked', async ({
  computer,
}) => {
  const key = await createClientKey({ passphrase: PASSPHRASE, kdfRounds: 1 });
  const sshd = await startSshd({ authorizedKeys: [key.publicKeyLine] });
  const keychain = await openKeychain();
  try {
    await writeFile(path.join(computer.sshFolder, 'known_hosts'), sshd.knownHosts());
    const desktop = { ...WITH_KEYCHAIN, env: keychain.env };
    const first = await computer.launch(desktop);
    const card = await saveProfile(await first.page(), await sshdProfile(sshd, 'Mail', key.path));
    await card.getByRole('button', { name: 'Start', exact: true }).click();
    await givePassphrase(await first.page(), 'Mail');
    await expect(card.getByRole('status')).toHaveText('Open');
    await expect.poll(() => keptSecrets(computer.userData)).toBe(1);
    await first.close();

    await keychain.lock();
    const second = await computer.launch(desktop);
    const page = await second.page();
    const notice = page.getByRole('alert').filter({ hasText: 'A kept secret cannot be read' });
    await expect(notice).toContainText('the keychain is locked. Nothing was removed: once you unlock it');
    const dialog = page.getByRole('dialog', { name: 'Passphrase' });
    await expect(dialog).toContainText('The keychain is locked, so it is kept in memory until Culvert quits');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('The keychain is locked: passwords are kept in memory')).toBeVisible();

    await keychain.unlock();
    await expect(page.getByText('Passwords can be kept in the keychain.')).toBeVisible();
    await expect(notice).toHaveCount(0);
    const again = page.getByRole('article', { name: 'Mail' });
    await again.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(again.getByRole('status')).toHaveText('Open');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  } finally {
    await keychain.close();
    await sshd.close();
    await key.close();
  }
});

/** Answers the tunnel of that name, whoever else asks first. */
async function givePassphrase(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Passphrase' });
  await expect(dialog).toBeVisible();
  const isOther = !(await dialog.textContent())?.startsWith(`${name} asks`);
  if (isOther) await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toContainText(`${name} asks`);
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Remember in the keychain').check();
  await dialog.getByRole('button', { name: 'Continue' }).click();
}

/** What the keychain made of each secret, by its slot. */
async function boxes(userData: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(path.join(userData, 'secrets.json'), 'utf8')).secrets;
}

/** The key files whose boxes are others now. */
function changed(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) {
  return Object.keys(before)
    .filter((slot) => before[slot] !== now[slot])
    .map((slot) => JSON.parse(slot)[1]);
}

async function keptSecrets(userData: string): Promise<number> {
  const text = await readFile(path.join(userData, 'secrets.json'), 'utf8').catch(() => '{"secrets":{}}');
  return Object.keys(JSON.parse(text).secrets).length;
}

/** Every file with what it holds, byte for byte. */
async function filesIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const));
}
