import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test('Hosts of the ssh configuration are looked at and imported, and one of them is followed', async ({
  computer,
}) => {
  const [sshd, other] = await Promise.all([startSshd(), startSshd()]);
  const mail = await startBannerServer();
  try {
    const port = await findFreePort();
    const config = path.join(computer.sshFolder, 'config');
    const hostLines = (server: typeof sshd) =>
      `  HostName ${server.host}\n  Port ${server.port}\n  User ${server.user}\n  IdentityFile ${server.identityFile}`;
    const filler = Array.from({ length: 500 }, (_, index) => `Host far-${index}\n  HostName far\n`).join('');
    await writeFile(
      config,
      `Host mail
${hostLines(sshd)}
  Compression yes
  LocalForward ${port} ${mail.host}:${mail.port}
Host plain
${hostLines(other)}
Host here
${hostLines(other)}
  LocalForward *:8143 ${mail.host}:${mail.port}
Host "two words" never*
  Port 2
${filler}`,
      { mode: 0o600 },
    );
    await knowHosts(computer, sshd, other);
    await saveProfiles(computer, [keyFileProfile('here', other, [localForward(await findFreePort(), mail)])]);
    const page = await (await computer.launch()).page();
    const dialog = dialogOf(page, 'Import from SSH configuration');
    const host = (name: string) => dialog.getByRole('checkbox', { name, exact: true });
    const detailsOf = (name: string) => dialog.locator('summary').filter({ hasText: `of ${name}` });

    await test.step('each Host says where it leads, what it would do, and what not', async () => {
      await button(page, 'Import from ~/.ssh/config…').click();
      await expect(dialog.getByText(/^\d+ of 503 chosen$/)).toHaveText('502 of 503 chosen');
      await expect(host('here')).not.toBeChecked();
      await expect(host('here')).toHaveAccessibleDescription(/a tunnel of this name is here/);
      await expect(host('plain')).toHaveAccessibleDescription(`${other.user}@${other.host}:${other.port}`);
      await detailsOf('mail').focus();
      await page.keyboard.press('Enter');
      await expect(dialog.getByRole('list', { name: 'Forwards of mail' })).toContainText('For this computer');
      await expect(dialog.getByRole('list', { name: 'Not done for mail' })).toContainText('Compression');
      await expect(detailsOf('plain')).toHaveText(/^No forward/);
      await detailsOf('here').click();
      await expect(dialog.getByRole('list', { name: 'Forwards of here' })).toContainText(
        'it stays closed until you agree',
      );
    });

    await test.step('those that are chosen become tunnels, and start nothing', async () => {
      const search = dialog.getByRole('searchbox', { name: 'Search Hosts' });
      // It stands for some of them at first.
      await dialog.getByRole('checkbox', { name: 'All Hosts' }).check();
      await dialog.getByRole('checkbox', { name: 'All Hosts' }).uncheck();
      await search.fill('PLAIN');
      await expect(dialog.getByText('0 of 1 chosen')).toBeVisible();
      await expectAccessible(page, 'the Hosts to import');
      await host('plain').check();
      await search.fill('mail');
      await host('mail').check();
      await button(dialog, 'Import 2 tunnels').click();
      await expect(page.getByText('Imported 2 tunnels. Nothing is started.')).toBeVisible();
      await expectState(cardOf(page, 'mail'), 'Stopped');
      await expectState(cardOf(page, 'plain'), 'Stopped');
      await expect(cardOf(page, 'far-0')).toHaveCount(0);
    });

    await test.step('one of them digs, with the login of the Host, and follows it', async () => {
      await button(cardOf(page, 'mail'), 'Start').click();
      await expectState(cardOf(page, 'mail'), 'Open');
      await expectGreeting(port);
      await writeFile(config, `Host mail\n${hostLines(other)}\n`, { mode: 0o600 });
      await expect(cardOf(page, 'mail')).toContainText(`${other.port}`);
    });

    await test.step('next time it is told which are here', async () => {
      await button(page, 'Import from ~/.ssh/config…').click();
      await expect(host('mail')).toHaveAccessibleDescription(/followed already/);
      await expect(dialog.getByText('0 of 1 chosen')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    });
  } finally {
    await mail.close();
    await other.close();
    await sshd.close();
  }
});
