import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../app/support/app.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting, isListening } from '../support/tcp-client.ts';
import { curl } from './support/curl.ts';
import {
  keyFileProfile,
  knowHosts,
  knownHostsFile,
  localForward,
  type ProfileWish,
  saveProfiles,
} from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, fillIn, startAndOpen, visit } from './support/window.ts';

test('a profile made by hand digs a tunnel through a real server', async ({ computer }) => {
  test.setTimeout(90_000);
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  const web = await startWebServer('Only the server can see me.');
  try {
    const [mailPort, socksPort] = [await findFreePort(), await findFreePort()];
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');

    await test.step('the form shows the ssh command that does the same', async () => {
      await button(page, 'New tunnel').click();
      await fillIn(page, { Name: 'Mail', Server: sshd.host, Port: sshd.port, User: sshd.user });
      await page.getByLabel('Log in with').selectOption('Key file');
      await page.getByLabel('Key file', { exact: true }).fill(sshd.identityFile);
      await fillIn(page.getByRole('group', { name: 'Forward 1' }), {
        'Bind port': mailPort,
        'Target host': mail.host,
        'Target port': mail.port,
      });
      const command = `ssh -N -p ${sshd.port} -i ${sshd.identityFile} -o IdentitiesOnly=yes -L ${mailPort}:${mail.host}:${mail.port} ${sshd.user}@${sshd.host}`;
      await expect(page.getByText(command, { exact: true })).toBeVisible();
      await button(page, 'Save').click();
      await expectState(card, 'Stopped');
    });

    await test.step('an unknown host key is shown, and trusted once', async () => {
      await button(card, 'Start').click();
      await expectState(card, 'Needs you');
      const dialog = dialogOf(page, 'Unknown host key');
      await expect(dialog.getByText(sshd.hostKeys[0]?.fingerprint ?? '', { exact: true })).toBeVisible();
      await expect(readFile(knownHostsFile(computer))).rejects.toThrow('ENOENT');
      await button(dialog, 'Trust and connect').click();
      await expectState(card, 'Open');
      expect(await readFile(knownHostsFile(computer), 'utf8')).toBe(sshd.knownHosts());
      await expectGreeting(mailPort);
    });

    await test.step('Check login says that it works, and leaves the tunnel alone', async () => {
      await button(card, 'Edit').click();
      await button(page, 'Check login').click();
      await expect(page.getByText('Login works')).toBeVisible();
      await eventually(() => sshd.sessionPids().length === 1);
      await expectGreeting(mailPort);
    });

    await test.step('a SOCKS forward is added to the open tunnel without a reconnect', async () => {
      const session = sshd.sessionPids();
      await button(page, 'Add forward').click();
      const forward = page.getByRole('group', { name: 'Forward 2' });
      await forward.getByLabel('Kind').selectOption('Dynamic (SOCKS)');
      await fillIn(forward, { 'Bind port': socksPort });
      await button(page, 'Save').click();
      await expect(card.getByRole('img', { name: 'Listener: 2 listening' })).toBeVisible();
      // The name is looked up on the server's side.
      const answer = await curl(
        `http://localhost:${web.port}/`,
        '--socks5-hostname',
        `localhost:${socksPort}`,
      );
      expect(answer).toBe('Only the server can see me.');
      await expectState(card, 'Open');
      expect(sshd.sessionPids()).toEqual(session);
    });

    await test.step('a forward that is switched off refuses, and is not called missing', async () => {
      const socks = card.getByRole('switch', { name: new RegExp(String(socksPort)) });
      await socks.click();
      await expect(socks).toHaveAttribute('aria-checked', 'false');
      await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
      await expect(card.getByText('1 of 2 listening')).toHaveCount(0);
      await eventually(async () => !(await isListening(socksPort)));
      await expectGreeting(mailPort);
      await socks.click();
      await eventually(() => isListening(socksPort));
    });

    await test.step('a server that dies is waited for, and the same ports come back', async () => {
      await sshd.kill();
      await expectState(card, 'Waiting');
      await expect(card.getByRole('alert')).not.toBeEmpty();
      await sshd.restart();
      await expectState(card, 'Open', 40_000);
      await expectGreeting(mailPort);
      await curl(`http://localhost:${web.port}/`, '--socks5-hostname', `localhost:${socksPort}`);
    });
    expect(await readFile(knownHostsFile(computer), 'utf8'), 'still one line').toBe(sshd.knownHosts());
  } finally {
    await web.close();
    await mail.close();
    await sshd.close();
  }
});

test('a changed host key stops the tunnel, and Cancel changes nothing', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  try {
    const target = await findFreePort();
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: target });
    await saveProfiles(computer, [keyFileProfile('Mail', sshd, [forward])]);
    await knowHosts(computer, sshd);
    const trusted = { lines: sshd.knownHosts(), fingerprint: sshd.hostKeys[0]?.fingerprint ?? '' };
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    await startAndOpen(card);

    await sshd.rotateHostKey();
    const dialog = dialogOf(page, 'Host key changed');
    await expect(dialog).toBeVisible({ timeout: 20_000 });
    await expect(dialog.getByText(trusted.fingerprint, { exact: true })).toBeVisible();
    await expect(dialog.getByText(sshd.hostKeys[0]?.fingerprint ?? '', { exact: true })).toBeVisible();
    await expect(dialog.getByRole('button')).toHaveText([/^Remove line 1 of /, 'Cancel']);
    await button(dialog, 'Cancel').click();
    await expectState(card, 'Failed');
    await expect(card.getByRole('alert')).not.toBeEmpty();
    expect(await readFile(knownHostsFile(computer), 'utf8')).toBe(trusted.lines);
  } finally {
    await sshd.close();
  }
});

test('the form does not save nonsense, and says what is wrong beside the field', async ({ computer }) => {
  const page = await (await computer.launch()).page();
  await button(page, 'New tunnel').click();
  await fillIn(page, { Port: '70000', 'Bind port': 'http', 'Target host': 'not a host', 'Target port': '0' });
  await button(page, 'Save').click();
  const complaints = {
    Name: 'Give the tunnel a name.',
    Server: 'Enter a host name or an address.',
    Port: 'Choose a port from 1 to 65535.',
    'Bind port': 'Choose a port from 1 to 65535.',
    'Target host': 'That is not a host name or an address.',
    'Target port': 'Choose a port from 1 to 65535.',
  };
  for (const [label, words] of Object.entries(complaints)) {
    const field = page.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(words);
    await expect(page.getByText(words).first()).toBeVisible();
  }
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await visit(page, 'Tunnels');
  await button(dialogOf(page, 'Leave without saving?'), 'Discard changes').click();
  await expect(page.getByRole('heading', { name: 'Dig your first tunnel' })).toBeVisible();
});

test('what is pasted into the server field is taken, or answered with where it goes', async ({
  computer,
}) => {
  const page = await (await computer.launch()).page();
  await button(page, 'New tunnel').click();
  const server = page.getByLabel('Server', { exact: true });
  await fillIn(page, { Port: '22x', User: 'ana' });
  const answers = {
    'core:22': 'The port goes into its own field.',
    'ana@core': 'The user goes into its own field.',
    'ssh://core': 'Only the name, without ssh://.',
    '-oProxyCommand=x': 'That is not a host name or an address.',
  };
  for (const [pasted, words] of Object.entries(answers)) {
    await server.fill(pasted);
    await server.blur();
    await expect(server).toHaveAccessibleDescription(words);
    await expect(page.getByText('ssh -N -p PORT ana@SERVER', { exact: true })).toBeVisible();
  }
  await fillIn(page, { Server: '[::1]', Port: '2222' });
  await expect(server).toHaveAttribute('aria-invalid', 'false');
  await expect(page.getByText('ssh -N -p 2222 ana@::1', { exact: true })).toBeVisible();
});

test('the keyboard goes into the form and comes back to where it was', async ({ computer }) => {
  await saveProfiles(computer, [sleeping('Mail', 42143), sleeping('Web', 42080)]);
  const page = await (await computer.launch()).page();
  const name = page.getByLabel('Name', { exact: true });

  await button(page, 'New tunnel').press('Enter');
  await expect(name).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(name).toHaveAttribute('aria-invalid', 'false');
  await page.keyboard.press('Escape');
  await expect(button(page, 'New tunnel')).toBeFocused();

  const edit = button(cardOf(page, 'Web'), 'Edit');
  await edit.press('Enter');
  await expect(page.getByRole('heading', { name: 'Edit Web' })).toBeFocused();
  await name.fill('Wiki');
  await page.keyboard.press('Escape');
  await expect(name, 'edits are not lost').toHaveValue('Wiki');
  await name.press('Enter');
  await expect(button(cardOf(page, 'Wiki'), 'Edit')).toBeFocused();
});

test('Start all and Stop all mean the tunnels that a search has found', async ({ computer }) => {
  const ports = [await findFreePort(), await findFreePort()] as const;
  const practice = { practice: true, server: { host: 'localhost', port: 22, user: 'practice' } };
  await saveProfiles(computer, [
    { ...sleeping('Mail', ports[0]), ...practice },
    { ...sleeping('Web', ports[1]), ...practice },
  ]);
  const page = await (await computer.launch()).page();
  const search = page.getByRole('searchbox', { name: 'Search tunnels' });
  const [mail, web] = [cardOf(page, 'Mail'), cardOf(page, 'Web')];

  await search.fill('mail');
  await expect(web).toHaveCount(0);
  await expect(button(page, 'Start all')).toHaveAccessibleDescription('Starts the one tunnel found');
  await button(page, 'Start all').click();
  await expectState(mail, 'Open');
  await search.fill('');
  await expectState(web, 'Stopped');

  await button(page, 'Start all').click();
  await expectState(web, 'Open');
  await search.fill('web');
  await expect(mail).toHaveCount(0);
  await button(page, 'Stop all').click();
  await expectState(web, 'Stopped');
  await search.fill('');
  await expectState(mail, 'Open');
});

test('a forward is opened to the network only after the user agreed', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort('0.0.0.0');
    await saveProfiles(computer, [keyFileProfile('Mail', sshd, [localForward(port, mail)])]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    await startAndOpen(card);
    await button(card, 'Edit').click();
    await fillIn(page, { 'Bind address': '0.0.0.0' });
    const dialog = dialogOf(page, 'Open to the network');

    await button(page, 'Save').click();
    await expect(dialog).toContainText(`0.0.0.0:${port}`);
    await button(dialog, 'Cancel').click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByLabel('Bind address')).toHaveValue('0.0.0.0');

    await button(page, 'Save').click();
    await button(dialog, 'Continue').click();
    await expectState(card, 'Open');
    await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    await expectGreeting(port);
    await visit(page, 'Listeners');
    const row = page.getByRole('row').filter({ hasText: String(port) });
    await expect(row).toContainText('anyone who can reach this computer');
    await expect(row).toContainText('Mail');
  } finally {
    await mail.close();
    await sshd.close();
  }
});

test('a tunnel can be copied, deleted and brought back', async ({ computer }) => {
  await saveProfiles(computer, [sleeping('Mail', 42143)]);
  const app = await computer.launch();
  const page = await app.page();
  await button(cardOf(page, 'Mail'), 'Duplicate').click();
  await expect(cardOf(page, 'Mail copy')).toBeVisible();

  await button(cardOf(page, 'Mail'), 'Delete').click();
  await expect(cardOf(page, 'Mail')).toHaveCount(0);
  await button(page, 'Undo').click();
  await expect(cardOf(page, 'Mail')).toBeVisible();
  await expect(page.getByRole('article').first()).toHaveAccessibleName('Mail');

  expect(await app.close()).toBe(0);
  const again = await (await computer.launch()).page();
  await expect(cardOf(again, 'Mail')).toBeVisible();
  await expect(cardOf(again, 'Mail copy')).toBeVisible();
});

/** A profile that nobody starts, or that is made a practice one. */
function sleeping(name: string, port: number): ProfileWish {
  return {
    name,
    server: { host: 'ssh.example.org', port: 22, user: 'ana' },
    login: { method: 'automatic' },
    forwards: [localForward(port, { host: 'imap.practice', port: 143 })],
  };
}

async function startWebServer(text: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = http.createServer((_request, response) => response.end(text));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
