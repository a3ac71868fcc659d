import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CulvertApp, expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test('four of five tunnels go to another Culvert, are shown there first, and dig', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort();
    const file = path.join(computer.home, 'tunnels.json');
    await knowHosts(computer, sshd);
    const spare = await findFreePort();
    const throughCommand = (name: string, command: string) => ({
      ...keyFileProfile(name, sshd, [{ ...localForward(spare, mail), enabled: false }]),
      proxy: { kind: 'command' as const, command },
    });
    await saveProfiles(computer, [
      keyFileProfile('Mail', sshd, [localForward(port, mail)]),
      keyFileProfile('Open', sshd, [
        { ...localForward(await findFreePort(), mail), bind: { address: '*', port: await findFreePort() } },
      ]),
      keyFileProfile('Private', sshd, [localForward(await findFreePort(), mail)]),
      throughCommand('Kept', 'sshpass -p hunter2 ssh -W %h:%p gate'),
      throughCommand('Told', 'nc -X 5 %h %p'),
    ]);

    const first = await computer.launch();
    const page = await first.page();
    await choosing(first, file);
    await expect(cardOf(page, 'Private')).toBeVisible();
    await first.electron.evaluate(({ Menu }) => {
      const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&File');
      file?.submenu?.items.find(({ label }) => label === 'Export tunnels…')?.click();
    });
    const exporting = dialogOf(page, 'Export tunnels');
    await expect(exporting.getByRole('checkbox', { name: 'All tunnels' })).toBeFocused();
    await exporting.getByRole('checkbox', { name: 'Private', exact: true }).uncheck();
    await expect(exporting).toContainText('It connects through a command: sshpass -p hunter2');
    const includes = (name: string) =>
      exporting.getByRole('checkbox', { name: `Include the command of ${name}` });
    await expect(includes('Kept')).not.toBeChecked();
    await includes('Told').check();
    await expect(exporting).toContainText('The file will contain this command to the letter');
    await expectAccessible(page, 'the choice of what to export');
    await button(exporting, 'Export 4 tunnels…').click();
    await expect(page.getByText(`Exported 4 tunnels to ${file}.`)).toBeVisible();
    expect(await readFile(file, 'utf8')).not.toMatch(/Private|hunter2/);
    await first.close();

    const second = await computer.launch({ userData: path.join(computer.home, 'elsewhere') });
    const there = await second.page();
    await choosing(second, file);
    await button(there, 'Import tunnels…').click();
    const importing = dialogOf(there, 'Import tunnels');
    await expect(importing).toContainText(`Logs in to ${sshd.user}@${sshd.host}:${sshd.port}`);
    await expect(importing).toContainText('it stays closed until you agree');
    await expect(
      importing.getByText('It connected through a command, which is not in the file.'),
    ).toHaveCount(1);
    await expect(importing).toContainText('which is not run before you allow it: nc -X 5 %h %p');
    await expectAccessible(there, 'what a file holds');
    await button(importing, 'Import 4 tunnels').click();
    await expect(there.getByText('Imported 4 tunnels. Nothing is started.')).toBeVisible();
    await expectState(cardOf(there, 'Mail'), 'Stopped');
    await button(cardOf(there, 'Mail'), 'Start').click();
    await expectState(cardOf(there, 'Mail'), 'Open');
    await expectGreeting(port);

    await test.step('once more: what is here is left, and what is on cannot be replaced', async () => {
      await button(there, 'Import tunnels…').click();
      await expect(button(importing, 'Import')).toBeDisabled();
      const becomes = importing.getByRole('combobox', { name: 'What becomes of Mail' });
      await expect(becomes).toHaveValue('leaveOut');
      await expect(becomes.getByRole('option', { name: 'Replace mine (stop it first)' })).toBeDisabled();
      await becomes.selectOption('Add as a copy');
      await button(importing, 'Import 1 tunnel').click();
      await expect(cardOf(there, 'Mail (imported)')).toBeVisible();
      await expectState(cardOf(there, 'Mail'), 'Open');
    });
  } finally {
    await mail.close();
    await sshd.close();
  }
});

test('a hostile file is refused, or harmless', async ({ computer }) => {
  const file = path.join(computer.home, 'hostile.json');
  const app = await computer.launch();
  const page = await app.page();
  await choosing(app, file);
  const tunnel = (change: object) => ({
    id: randomUUID(),
    name: 'Harmless',
    server: { host: 'evil.example', port: 22, user: 'root' },
    login: { method: 'automatic' },
    forwards: [{ kind: 'dynamic', bind: { address: '*', port: 1080 }, exposureConfirmedFor: '*' }],
    startOnOpen: true,
    proxy: { kind: 'command', command: 'touch /tmp/owned', allowed: 'touch /tmp/owned' },
    ...change,
  });
  const write = (profiles: readonly unknown[]) =>
    writeFile(file, JSON.stringify({ format: 'culvert-profiles', version: 1, profiles }));

  await write(Array.from({ length: 2000 }, () => tunnel({})));
  await button(page, 'Import tunnels…').click();
  const refused = dialogOf(page, 'Nothing to import');
  await expect(refused.getByRole('alert')).toContainText('2000 tunnels');
  await write([
    tunnel({}),
    tunnel({ name: '\u202egnp.liam' }),
    tunnel({ name: 'Up', login: { method: 'keyFile', keyFile: '~/../../etc/shadow' } }),
    JSON.parse('{"__proto__":{"name":"x"},"constructor":1}'),
  ]);
  await button(refused, 'Choose another file…').click();
  const importing = dialogOf(page, 'Import tunnels');
  await expect(importing.getByText('cannot be imported')).toHaveCount(3);
  await expect(importing).toContainText('which is not run before you allow it: touch /tmp/owned');
  await expect(importing).toContainText('Not taken over: ');
  await button(importing, 'Import 1 tunnel').click();
  await expectState(cardOf(page, 'Harmless'), 'Stopped');
  await expect(cardOf(page, 'Harmless')).toContainText('needs your consent');
  await app.close();
  const saved = await readFile(path.join(computer.userData, 'profiles.json'), 'utf8');
  expect(saved).not.toMatch(/allowed"|exposure|"startOnOpen": true|__proto__/);

  const again = await computer.launch();
  await expectState(cardOf(await again.page(), 'Harmless'), 'Stopped');
});

/** Whatever is asked for, the user chooses this file. */
async function choosing(app: CulvertApp, file: string): Promise<void> {
  await app.page();
  await app.electron.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, file);
}
