import { readdir } from 'node:fs/promises';
import { expect, test } from '../app/support/app.ts';
import { expectGreeting, isListening } from '../support/tcp-client.ts';
import { curl } from './support/curl.ts';
import { button, cardOf, expectState, startAndOpen, visit } from './support/window.ts';

test('a newcomer gets from nothing to * OK, and finds it again after a restart', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await expect(page.getByRole('heading', { name: 'Dig your first tunnel' })).toBeVisible();

  await test.step('one click makes the tunnel, one opens it', async () => {
    await button(page, 'Try the practice server').click();
    const card = cardOf(page, 'Practice');
    await expectState(card, 'Stopped');
    expect(await isListening(42424)).toBe(false);
    await startAndOpen(card);
    await expect(card.getByRole('img', { name: 'SSH: logged in' })).toBeVisible();
    await expect(card.getByRole('img', { name: 'Listener: 2 listening' })).toBeVisible();
  });

  await test.step('mail and web answer through it', async () => {
    await expectGreeting(42424, '* OK');
    expect(await curl('http://localhost:42080/')).toContain('You came through the tunnel');
    await expect(cardOf(page, 'Practice').getByRole('img', { name: /^Target: answered/ })).toBeVisible();
  });

  await test.step('its address goes to the clipboard, ready for a mail program', async () => {
    await button(cardOf(page, 'Practice'), 'Copy address').click();
    await expect
      .poll(() => app.electron.evaluate(({ clipboard }) => clipboard.readText()))
      .toBe('localhost:42424');
  });

  await test.step('the listeners show it with its tunnel and who can reach it', async () => {
    await visit(page, 'Listeners');
    const row = page.getByRole('table', { name: 'Listeners' }).getByRole('row').filter({ hasText: '42424' });
    await expect(row.first()).toContainText('LISTEN');
    await expect(row.first()).toContainText('Practice');
    await expect(row.first()).toContainText('only this computer');
    await visit(page, 'Tunnels');
  });

  await test.step('Stop gives the ports back', async () => {
    const card = cardOf(page, 'Practice');
    await button(card, 'Stop').click();
    await expectState(card, 'Stopped');
    expect(await isListening(42424)).toBe(false);
    expect(await isListening(42080)).toBe(false);
    await startAndOpen(card);
  });

  await test.step('after Quit and a new start it is back and open, on the same port, without a question', async () => {
    expect(await app.close()).toBe(0);
    expect(await isListening(42424)).toBe(false);
    const again = await (await computer.launch()).page();
    await expectState(cardOf(again, 'Practice'), 'Open');
    await expect(again.getByRole('dialog')).toHaveCount(0);
    await expectGreeting(42424, '* OK');
  });

  expect(await readdir(computer.sshFolder), 'nothing was written to ~/.ssh').toEqual([]);
});
