import { expectGreeting, isListening } from '../support/tcp-client.ts';
import { expect, test } from './support/app.ts';
import { startBare } from './support/bare-app.ts';
import { PRACTICE_PORT, startPractice } from './support/practice.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} is an orderly end: exit code 0, nothing listens any more, and what was on comes back`, async ({
    computer,
  }) => {
    const first = startBare(computer);
    await first.look(startPractice).finally(() => first.kill(signal));
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await isListening(PRACTICE_PORT)).toBe(false);

    const second = await computer.launch();
    const card = (await second.page()).getByRole('article', { name: 'Practice' });
    await expect(card.getByRole('status')).toHaveText('Open');
    await expectGreeting(PRACTICE_PORT);
    await expect.poll(() => second.log()).toContain('Closed in order.');
  });
}

test('what was on comes back after the whole app was killed, too', async ({ computer }) => {
  const first = startBare(computer);
  await first.look(startPractice).finally(() => first.kill('SIGKILL'));
  await first.ended;

  const second = await computer.launch();
  const card = (await second.page()).getByRole('article', { name: 'Practice' });
  await expect(card.getByRole('status')).toHaveText('Open');
  await expectGreeting(PRACTICE_PORT);
});

test('Quit in the menu ends it in order', async ({ computer }) => {
  const app = await computer.launch();
  await startPractice(await app.page());
  const ended = new Promise((resolve) => app.electron.process().once('exit', resolve));
  await app.electron.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items.find(({ label }) => label.includes('File'));
    file?.submenu?.items.find(({ label }) => label === 'Quit')?.click();
  });
  expect(await ended).toBe(0);
  expect(await isListening(PRACTICE_PORT)).toBe(false);
});
