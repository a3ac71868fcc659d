import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { knowHosts } from './support/saved-profiles.ts';
import { button, cardOf, expectState } from './support/window.ts';

test('a Host of the ssh configuration fills the form in, and what is left out is named', async ({
  computer,
}) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort();
    await knowHosts(computer, sshd);
    await writeFile(
      path.join(computer.sshFolder, 'config'),
      `Host mail
  HostName ${sshd.host}
  Port ${sshd.port}
  User ${sshd.user}
  IdentityFile ${sshd.identityFile}
  IdentitiesOnly yes
  LocalForward ${port} ${mail.host}:${mail.port}
Host *.inner
  ProxyJump mail
Host db.inner
  Compression yes
  RequestTTY no
Host broken
  Port many
Match originalhost db.inner exec "true"
  RequestTTY no
`,
      { mode: 0o600 },
    );
    const page = await (await computer.launch()).page();
    const choice = page.getByLabel('Fill in from your SSH configuration');

    await test.step('a mistake in the file is named by its line, and changes nothing', async () => {
      await button(page, 'New tunnel').click();
      await expect(choice.getByRole('option')).toHaveText(['Choose a Host…', 'mail', 'db.inner', 'broken']);
      await choice.selectOption('mail');
      await expect(page.getByRole('alert')).toContainText('config, line 14: “many” is no value for port.');
      await expect(page.getByLabel('Server', { exact: true })).toHaveValue('');
    });

    await test.step('once it is mended, all is filled in', async () => {
      const config = path.join(computer.sshFolder, 'config');
      await writeFile(config, (await readFile(config, 'utf8')).replace('Port many', 'Port 22'), {
        mode: 0o600,
      });
      await choice.selectOption('db.inner');
      const left = page
        .getByRole('status')
        .filter({ hasText: 'Filled in from Host db.inner, but for this:' });
      await expect(left.getByRole('listitem')).toHaveText([/^Compression: .*line 11$/, /^true: /]);
      await expect(page.getByText('Way to the server: by way of')).toBeVisible();
      await expect(page.getByLabel('Jump host', { exact: true })).toHaveValue(sshd.host);
      await expectAccessible(page, 'a form filled in from a Host');
      await choice.selectOption('mail');
      await expect(page.getByText('Filled in from Host mail, with all that it says.')).toBeVisible();
    });

    await test.step('a command is allowed, and the keyboard stays at what is left to say', async () => {
      await choice.selectOption('db.inner');
      await button(page, 'Allow true').press('Enter');
      const said = page.getByRole('status').filter({ hasText: 'Filled in from Host db.inner' });
      await expect(button(page, 'Allow true')).toBeHidden();
      await expect(said).toBeFocused();
      await choice.selectOption('mail');
      await expect(page.getByText('Filled in from Host mail, with all that it says.')).toBeVisible();
    });

    await test.step('the tunnel digs', async () => {
      await page.getByLabel('Name', { exact: true }).fill('Mail');
      await button(page, 'Save').click();
      const card = cardOf(page, 'Mail');
      await button(card, 'Start').click();
      await expectState(card, 'Open');
      await expectGreeting(port);
    });
  } finally {
    await mail.close();
    await sshd.close();
  }
});
