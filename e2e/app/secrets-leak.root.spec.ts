import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { knowHosts, localForward, saveProfiles } from '../journeys/support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from '../journeys/support/window.ts';
import { createClientKey } from '../support/client-keys.ts';
import { findFreePort } from '../support/free-port.ts';
import { startHttpProxy } from '../support/http-proxy.ts';
import { startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { startPasswordChangeServer } from '../support/password-change-server.ts';
import { watchProcesses } from '../support/process-watch.ts';
import { requireRoot } from '../support/root.ts';
import { type Canary, SecretSearch } from '../support/secret-search.ts';
import { startSshd } from '../support/sshd.ts';
import { type CulvertApp, expect, test } from './support/app.ts';
import { childProcesses } from './support/bare-app.ts';
import { heapSnapshot } from './support/heap-snapshot.ts';
import { recordTold, toldSoFar } from './support/told-to-window.ts';

test.beforeAll(() => requireRoot('A password login'));

/** A log that grows beyond this is put aside; see electron/host/log.ts. */
const LOG_BYTES = 1024 * 1024;

const canary = (kind: string): Canary => ({ kind, text: `${kind}-+&/=%-${randomBytes(12).toString('hex')}` });

test('no secret is anywhere but where it belongs, and one that is planted is found', async ({ computer }) => {
  const passphrase = canary('passphrase');
  const code = canary('code');
  const proxyPassword = canary('proxyPassword');
  const newPassword = canary('newPassword');
  const oldPassword = canary('oldPassword');
  const wrong = ['wrongPassphrase', 'wrongPassword', 'wrongCode', 'abandoned'].map(canary);
  const [wrongPassphrase, wrongPassword, wrongCode, abandoned] = wrong.map(({ text }) => text);
  const key = await createClientKey({ passphrase: passphrase.text, kdfRounds: 1 });
  const sshd = await startSshd({
    hostKeyTypes: ['ed25519'],
    authenticationMethods: 'publickey,password',
    authorizedKeys: [key.publicKeyLine],
  });
  const asking = await startKeyboardInteractiveServer([
    { prompts: [{ prompt: 'Code: ', echo: false }], answers: [code.text] },
  ]);
  const proxy = await startHttpProxy({ user: 'ana', password: proxyPassword.text });
  const changing = await startPasswordChangeServer(oldPassword.text, ['accept']);
  try {
    const password: Canary = { kind: 'password', text: sshd.account.password ?? '' };
    const search = new SecretSearch([
      passphrase,
      password,
      code,
      proxyPassword,
      oldPassword,
      newPassword,
      ...wrong,
    ]);
    const target = { host: '127.0.0.1', port: 143 };
    await saveProfiles(computer, [
      {
        name: 'Both',
        server: sshd,
        login: { method: 'keyFile', keyFile: key.path },
        forwards: [localForward(await findFreePort(), target)],
      },
      {
        name: 'Code',
        server: asking,
        login: { method: 'ask' },
        proxy: { kind: 'http', host: proxy.host, port: proxy.port, user: 'ana' },
        forwards: [localForward(await findFreePort(), target)],
      },
      {
        name: 'Expired',
        server: changing,
        login: { method: 'password' },
        forwards: [localForward(await findFreePort(), target)],
      },
    ]);
    await knowHosts(computer, sshd, asking, changing);
    const temporary = path.join(computer.home, 'tmp');
    await mkdir(temporary);
    // So full that it is put aside within the first lines.
    await computer.writeUserData('culvert.log', 'filler\n'.repeat(Math.floor(LOG_BYTES / 7) - 20));

    const app = await computer.launch({
      args: ['--password-store=gnome-libsecret'],
      env: { TMPDIR: temporary },
    });
    const page = await app.page();
    const processes = watchProcesses(app.electron.process().pid ?? 0, search);
    await recordTold(app);

    await test.step('a failure, a second factor, and both kept in the keychain', async () => {
      await button(cardOf(page, 'Both'), 'Start').click();
      await answer(page, 'Passphrase', 'Passphrase', wrongPassphrase);
      await expect(dialogOf(page, 'Passphrase').getByRole('alert')).toContainText('Attempt 2');
      await answer(page, 'Passphrase', 'Passphrase', passphrase.text, true);
      await answer(page, 'Password', 'Password', wrongPassword);
      await expect(dialogOf(page, 'Password').getByRole('alert')).toContainText('Attempt 2');
      await answer(page, 'Password', 'Password', password.text, true);
      await expectState(cardOf(page, 'Both'), 'Open');
      await expect.poll(() => keptSecrets(computer.userData)).toBe(2);
    });

    await test.step('a one-time code, wrong, abandoned and right, behind the password of a proxy', async () => {
      await button(cardOf(page, 'Code'), 'Start').click();
      await answer(page, 'Password', 'Password', proxyPassword.text);
      await answer(page, 'Server asks', 'Code:', wrongCode);
      await expect(dialogOf(page, 'Server asks').getByRole('alert')).toContainText('Attempt 2');
      await dialogOf(page, 'Server asks').getByLabel('Code:').focus();
      await page.keyboard.insertText(abandoned ?? '');
      await button(dialogOf(page, 'Server asks'), 'Cancel').click();
      await expectState(cardOf(page, 'Code'), 'Failed');
      await button(cardOf(page, 'Code'), 'Start').click();
      await answer(page, 'Server asks', 'Code:', code.text);
      await expectState(cardOf(page, 'Code'), 'Open');
    });

    await test.step('a password that has run out, and its successor', async () => {
      await button(cardOf(page, 'Expired'), 'Start').click();
      await answer(page, 'Password', 'Password', oldPassword.text);
      const dialog = dialogOf(page, 'New password');
      for (const label of ['New password', 'New password again']) {
        await dialog.getByLabel(label, { exact: true }).focus();
        await page.keyboard.insertText(newPassword.text);
      }
      await button(dialog, 'Set password').click();
      await expectState(cardOf(page, 'Expired'), 'Open');
      expect(changing.changes).toEqual([[oldPassword.text, newPassword.text]]);
      await button(cardOf(page, 'Expired'), 'Stop').click();
      await expectState(cardOf(page, 'Expired'), 'Stopped');
    });

    await test.step('a crash of the engine', async () => {
      process.kill(await enginePid(app), 'SIGKILL');
      await answer(page, 'Server asks', 'Code:', code.text);
      await expectState(cardOf(page, 'Code'), 'Open');
      await expectState(cardOf(page, 'Both'), 'Open');
    });

    await test.step('an export', async () => {
      const file = path.join(computer.home, 'tunnels.json');
      await app.electron.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, file);
      await button(page, 'Export tunnels…').click();
      await button(dialogOf(page, 'Export tunnels'), 'Export 3 tunnels…').click();
      await expect(page.getByText(`Exported 3 tunnels to ${file}.`)).toBeVisible();
      expect(JSON.parse(await readFile(file, 'utf8')).profiles).toHaveLength(3);
    });

    await test.step('what the window holds', async () => {
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(async () => {
        expect(search.in('heap', await heapSnapshot(page))).toEqual([]);
      }).toPass({ timeout: 15_000 });
    });

    const told = await toldSoFar(app);
    expect(told).toContain('tunnel.changed');
    expect(told).toContain('"ok":true');
    expect(search.in('told to the window', told)).toEqual([]);

    await test.step('leaks that are planted are found, each where it is', async () => {
      await page.evaluate((text) => Object.assign(window, { leak: [text] }), `<${code.text}>`);
      expect(search.in('heap', await heapSnapshot(page))).toMatchObject([{ kind: 'code' }]);
      await app.electron.evaluate(({ BrowserWindow }, text) => {
        BrowserWindow.getAllWindows()[0]?.webContents.send('culvert:event:leak', { text });
      }, password.text);
      expect(search.in('told', await toldSoFar(app))).toMatchObject([{ kind: 'password', form: 'UTF-8' }]);
    });

    expect(await processes.stop()).toEqual([]);
    // Main, its zygotes, the window, the engine before and after.
    expect(processes.seen.size).toBeGreaterThan(4);
    await app.close();

    await test.step('what is left on the disk', async () => {
      expect((await readFile(path.join(app.userData, 'culvert.log.old'))).length).toBeGreaterThan(
        LOG_BYTES - 2000,
      );
      expect(await search.inFolder(computer.home)).toEqual([]);
      const plants = [
        ['culvert.log', `${new Date().toISOString()} info ${passphrase.text}\n`],
        ['Cache/entry', Buffer.from(password.text, 'utf16le')],
        ['settings.json', Buffer.from(`{"x":"${code.text}"}`).toString('base64')],
      ] as const;
      for (const [name, content] of plants) {
        await mkdir(path.dirname(path.join(app.userData, name)), { recursive: true });
        await appendFile(path.join(app.userData, name), content);
      }
      expect((await search.inFolder(computer.home)).map(({ kind }) => kind).sort()).toEqual([
        'code',
        'passphrase',
        'password',
      ]);
      // The proof that follows reads the log.
      await rm(path.join(app.userData, 'culvert.log'));
      await writeFile(path.join(app.userData, 'culvert.log'), '');
    });
  } finally {
    await changing.close();
    await asking.close();
    await proxy.close();
    await sshd.close();
    await key.close();
  }
});

/** As a keyboard does it: `fill` would leave a copy of its own in the page. */
async function answer(page: Page, title: string, label: string, text = '', remember = false): Promise<void> {
  const dialog = dialogOf(page, title);
  await dialog.getByLabel(label, { exact: true }).focus();
  await page.keyboard.insertText(text);
  if (remember) await dialog.getByLabel('Remember in the keychain').check();
  await button(dialog, 'Continue').click();
}

async function keptSecrets(userData: string): Promise<number> {
  const text = await readFile(path.join(userData, 'secrets.json'), 'utf8').catch(() => '{"secrets":{}}');
  return Object.keys(JSON.parse(text).secrets).length;
}

async function enginePid(app: CulvertApp): Promise<number> {
  const [pid] = await childProcesses(app.electron.process().pid ?? Number.NaN, 'node.mojom.NodeService');
  if (pid === undefined) throw new Error('There is no engine.');
  return pid;
}
