import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClientKey } from '../support/client-keys.ts';
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
    expect(await keptSecrets(computer.userData)).toBe(1);
  } finally {
    await sshd.close();
    await key.close();
  }
});

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
