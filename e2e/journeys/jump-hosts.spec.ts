import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type Computer, expect, test } from '../app/support/app.ts';
import { childProcesses } from '../app/support/bare-app.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { button, cardOf, expectState } from './support/window.ts';

type Mail = Awaited<ReturnType<typeof startBannerServer>>;

/** A gate, a server behind it, and a mail server; the two are known. */
async function withServers(computer: Computer, use: (gate: Sshd, inner: Sshd, mail: Mail) => Promise<void>) {
  const gate = await startSshd({ hostKeyTypes: ['ed25519'] });
  const inner = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    await writeFile(path.join(computer.sshFolder, 'known_hosts'), gate.knownHosts() + inner.knownHosts());
    await use(gate, inner, mail);
  } finally {
    await mail.close();
    await inner.close();
    await gate.close();
  }
}

const writeConfig = (computer: Computer, text: string): Promise<void> =>
  writeFile(path.join(computer.sshFolder, 'config'), text, { mode: 0o600 });

function hostLines(name: string, { host, port, user, identityFile }: Sshd, more = ''): string {
  return `Host ${name}\n  HostName ${host}\n  Port ${port}\n  User ${user}\n  IdentityFile ${identityFile}\n${more}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test('a tunnel is dug by way of a jump host that the form names', async ({ computer }) => {
  await withServers(computer, async (gate, inner, mail) => {
    const port = await findFreePort();
    const page = await (await computer.launch()).page();
    await button(page, 'New tunnel').click();
    await field(page, 'Name').fill('Mail behind the gate');
    await field(page, 'Server').fill(inner.host);
    await field(page, 'Port').fill(String(inner.port));
    await field(page, 'User').fill(inner.user);
    await field(page, 'Log in with').selectOption('Key file');
    await field(page, 'Key file').fill(inner.identityFile);
    await page.getByText('Way to the server: directly').click();
    await test.step('the keyboard goes on in what was added, and beside what was removed', async () => {
      await button(page, 'Add jump host').press('Enter');
      await expect(field(page, 'Jump host')).toBeFocused();
      await button(page, 'Remove jump host 1').press('Enter');
      await expect(button(page, 'Add jump host')).toBeFocused();
      await button(page, 'Add forward').press('Enter');
      await expect(page.getByRole('group', { name: 'Forward 2' }).getByLabel('Kind')).toBeFocused();
      await button(page, 'Remove forward 2').press('Enter');
      await expect(button(page, 'Add forward')).toBeFocused();
    });
    await button(page, 'Add jump host').click();
    await field(page, 'Jump host').fill(gate.host);
    await field(page, 'Its port').fill('many');
    await field(page, 'User on it').fill(gate.user);
    await field(page, 'Log in to it with').selectOption('Key file');
    await field(page, 'Key file for it').fill(gate.identityFile);
    await field(page, 'Bind port').fill(String(port));
    await field(page, 'Target host').fill(mail.host);
    await field(page, 'Target port').fill(String(mail.port));

    await test.step('what is wrong on the way is said, and seen', async () => {
      await page.getByText('Way to the server: by way of').click();
      await button(page, 'Save').click();
      await expect(page.getByText('Choose a port from 1 to 65535.')).toBeVisible();
      await field(page, 'Its port').fill(String(gate.port));
      await expectAccessible(page, 'a form with a jump host');
    });

    await test.step('it opens over the jump host, and the card says so', async () => {
      await button(page, 'Save').click();
      const card = cardOf(page, 'Mail behind the gate');
      await expect(card).toContainText(`via ${gate.host}`);
      await button(card, 'Start').click();
      await expectState(card, 'Open');
      await expectGreeting(port);
      expect(gate.log()).toContain('Accepted publickey');
    });

    await test.step('edited again, the form has all of it, and a rename alone changes nothing of the way', async () => {
      const card = cardOf(page, 'Mail behind the gate');
      await button(card, 'Edit').click();
      await expect(field(page, 'Key file for it')).toHaveValue(gate.identityFile);
      await field(page, 'Name').fill('Mail');
      await button(page, 'Save').click();
      await expectState(cardOf(page, 'Mail'), 'Open');
      await expectGreeting(port);
    });
  });
});

test('a tunnel that follows a Host goes where the file says, and keeps what it has while that is broken', async ({
  computer,
}) => {
  await withServers(computer, async (gate, inner, mail) => {
    const port = await findFreePort();
    const forward = `  LocalForward ${port} ${mail.host}:${mail.port}\n`;
    const both = hostLines('gate', gate) + hostLines('mail', inner, forward);
    await writeConfig(computer, both);
    const app = await computer.launch();
    const page = await app.page();
    await button(page, 'New tunnel').click();
    await page.getByLabel('Fill in from your SSH configuration').selectOption('mail');
    await page.getByLabel('Follow Host mail').press('Space');
    await expect(page.getByText('Follows Host mail')).toBeVisible();
    await expect(button(page, 'Stop following')).toBeFocused();
    await button(page, 'Stop following').press('Enter');
    await expect(field(page, 'Server')).toBeFocused();
    await page.getByLabel('Follow Host mail').click();
    await expectAccessible(page, 'a form that follows a Host');
    await button(page, 'Save').click();
    const card = cardOf(page, 'mail');
    await expect(card).not.toContainText('via');
    await button(card, 'Start').click();
    await expectState(card, 'Open');

    await test.step('a jump host in the file becomes one of the running tunnel', async () => {
      await writeConfig(computer, `${both}  ProxyJump gate\n`);
      await expect(card).toContainText(`via ${gate.host}`);
      await expectState(card, 'Open');
      await expectGreeting(port);
    });

    await test.step('a broken file changes nothing and is named, until it is mended', async () => {
      await writeConfig(computer, `${both}  ProxyJump gate\n  Port many\n`);
      const notice = page.getByText('follows Host mail of your SSH configuration');
      await expect(notice).toContainText('“many” is no value for port');
      await expectState(card, 'Open');
      await writeConfig(computer, both);
      await expect(notice).toBeHidden();
      await expect(card).not.toContainText('via');
    });
  });
});

test('a program on the way runs only once it was looked at and allowed', async ({ computer }) => {
  await withServers(computer, async (_gate, inner, mail) => {
    const port = await findFreePort();
    const forward = `  LocalForward ${port} ${mail.host}:${mail.port}\n`;
    const pids = path.join(computer.home, 'program-pids');
    // What hangs on at the end, whatever it is asked.
    const command = `sh -c 'trap "" TERM HUP PIPE; echo $$ >> ${pids}; socat - TCP:%h:%p; while :; do sleep 1; done'`;
    await writeConfig(computer, hostLines('mail', inner, `${forward}  ProxyCommand ${command}\n`));
    const app = await computer.launch();
    const page = await app.page();
    await button(page, 'New tunnel').click();
    await page.getByLabel('Fill in from your SSH configuration').selectOption('mail');
    await expect(page.getByText('Filled in from Host mail, with all that it says.')).toBeVisible();
    await button(page, 'Save').click();
    const card = cardOf(page, 'mail');
    await button(card, 'Start').click();
    await expectState(card, 'Failed');
    await button(card, 'Look at the program…').click();
    const dialog = page.getByRole('dialog', { name: 'Allow this program?' });
    await expect(dialog).toContainText(`socat - TCP:${inner.host}:${inner.port}`);
    await expectAccessible(page, 'the question about a program');
    await button(dialog, 'Allow and start').press('Enter');
    await expectState(card, 'Open');
    await expect(button(card, 'Stop')).toBeFocused();
    await expectGreeting(port);

    await test.step('it does not outlive a killed engine, nor the app', async () => {
      const started = async () => (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
      const [first = 0] = await started();
      const [engine = 0] = await childProcesses(app.electron.process().pid ?? 0, 'node.mojom.NodeService');
      process.kill(engine, 'SIGKILL');
      await expect.poll(async () => (await started()).length, { timeout: 20_000 }).toBeGreaterThan(1);
      await expectState(card, 'Open');
      await expect.poll(() => isRunning(first)).toBe(false);
      await app.close();
      for (const pid of await started()) await expect.poll(() => isRunning(pid)).toBe(false);
    });
  });
});
