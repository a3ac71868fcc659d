import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { expectAccessible } from './support/accessible.ts';
import {
  keyFileProfile,
  knowHosts,
  knownHostsFile,
  localForward,
  saveProfiles,
} from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, startAndOpen } from './support/window.ts';

test('the only way past a changed host key is to remove the old line on purpose', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  try {
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    await saveProfiles(computer, [keyFileProfile('Mail', sshd, [forward])]);
    await knowHosts(computer, sshd);
    const file = knownHostsFile(computer);
    const old = sshd.knownHosts();
    const oldFingerprint = sshd.hostKeys[0]?.fingerprint ?? '';
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    await startAndOpen(card);
    await sshd.rotateHostKey();

    const warning = dialogOf(page, 'Host key changed');
    const question = dialogOf(page, 'Forget the old key');
    const remove = button(warning, `Remove line 1 of ${file}…`);

    await test.step('the warning teaches: both keys and pictures, when the old one was seen, whom to ask', async () => {
      await expect(warning).toBeVisible({ timeout: 20_000 });
      await expect(warning.getByRole('img')).toHaveCount(2);
      await expect(warning).toContainText('Culvert last saw it on');
      await expect(warning).toContainText('Ask the administrator of 127.0.0.1');
    });

    await test.step('it opens at its top, with no button at the ready, in every size', async () => {
      for (const size of [
        { width: 1100, height: 760 },
        { width: 640, height: 480 },
        { width: 400, height: 720 },
      ]) {
        await page.keyboard.press('Escape');
        await expect(warning).toHaveCount(0);
        await page.setViewportSize(size);
        await button(card, 'Compare the keys…').click();
        await expect(warning.getByRole('heading')).toBeInViewport({ ratio: 1 });
        await expect(warning.getByText(`${sshd.host}:${sshd.port}`, { exact: true })).toBeInViewport({
          ratio: 1,
        });
        await expect(warning.getByText(oldFingerprint, { exact: true })).toBeInViewport();
        await page.keyboard.press('Enter');
        await page.keyboard.press('Space');
        await expect(warning).toBeVisible();
      }
      await page.setViewportSize({ width: 1100, height: 760 });
    });

    await test.step('the line is shown to the letter, and stays without a deliberate tick', async () => {
      await remove.click();
      await expect(question.getByText(old.trim(), { exact: true })).toBeVisible();
      await expect(button(question, 'Remove the line')).toBeDisabled();
      await expectAccessible(page, 'the question before a line is removed');
      await button(question, 'Keep the line').click();
      await expect(question).toHaveCount(0);
      expect(await readFile(file, 'utf8')).toBe(old);
    });

    await test.step('another line in its place is not removed', async () => {
      const edited = `# new first line\n${old}`;
      await writeFile(file, edited);
      await remove.click();
      await question.getByRole('checkbox').check();
      await button(question, 'Remove the line').click();
      await expect(question.getByRole('alert')).toContainText('is not the one that was shown any more');
      await page.keyboard.press('Escape');
      expect(await readFile(file, 'utf8')).toBe(edited);
      await writeFile(file, old);
    });

    await test.step('the line goes, a copy stays, and the new key is asked about as any other', async () => {
      await remove.click();
      await question.getByRole('checkbox').check();
      await button(question, 'Remove the line').click();
      await expect(warning.getByRole('status')).toContainText(`${file}.old`);
      await expect(warning.getByRole('status')).toBeFocused();
      expect(await readFile(file, 'utf8')).toBe('');
      expect(await readFile(`${file}.old`, 'utf8')).toBe(old);
      await button(warning, 'Start the tunnel').click();
      const unknown = dialogOf(page, 'Unknown host key');
      await expect(unknown.getByText(sshd.hostKeys[0]?.fingerprint ?? '', { exact: true })).toBeVisible();
      await button(unknown, 'Trust and connect').click();
      await expectState(card, 'Open');
      expect(await readFile(file, 'utf8')).toBe(sshd.knownHosts());
    });

    await test.step('closed after a removal, the keyboard is at the tunnel that can be started now', async () => {
      await sshd.rotateHostKey();
      await expect(warning).toBeVisible({ timeout: 20_000 });
      await button(warning, `Remove line 1 of ${file}…`).press('Enter');
      await question.getByRole('checkbox').check();
      await button(question, 'Remove the line').press('Enter');
      await button(warning, 'Close').press('Enter');
      await expect(button(card, 'Start')).toBeFocused();
    });
  } finally {
    await sshd.close();
  }
});

test('the form says how unknown keys are met, and keeps what it cannot change', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  try {
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    const hostKeys = { userFiles: ['~/.ssh/mine'] };
    await saveProfiles(computer, [
      { ...keyFileProfile('Mail', sshd, [forward]), hostKeys },
      keyFileProfile('Plain', sshd, [localForward(await findFreePort(), { host: '127.0.0.1', port: 1 })]),
    ]);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    const checking = page.getByLabel('Unknown host keys');

    await button(cardOf(page, 'Plain'), 'Edit').click();
    await expect(checking).toBeHidden();
    await page.locator('summary').filter({ hasText: 'Host keys' }).press('Enter');
    await expect(checking).toBeVisible();
    await button(page, 'Cancel').click();

    await button(card, 'Edit').click();
    await expectAccessible(page, 'a form with host keys');
    await expect(page.getByText('Lists of known hosts')).toContainText('~/.ssh/mine');
    await page.getByLabel('Host key alias (optional)').fill('vault');
    await checking.selectOption('Refuse them');
    await button(page, 'Save').click();
    await button(card, 'Start').click();
    await expectState(card, 'Failed');
    await expect(card.getByRole('alert')).toContainText('this profile takes known keys only');

    await writeFile(`${computer.sshFolder}/mine`, `vault ${sshd.hostKeys[0]?.publicKeyLine}\n`);
    await startAndOpen(card);
  } finally {
    await sshd.close();
  }
});
