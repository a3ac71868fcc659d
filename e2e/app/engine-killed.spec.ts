import { expectAccessible } from '../journeys/support/accessible.ts';
import { knowHosts, localForward, saveProfiles } from '../journeys/support/saved-profiles.ts';
import { dialogOf } from '../journeys/support/window.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPasswordChangeServer } from '../support/password-change-server.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { type CulvertApp, expect, test } from './support/app.ts';
import { childProcesses } from './support/bare-app.ts';
import { PRACTICE_PORT, startPractice } from './support/practice.ts';

test('a killed engine costs a reconnect: the tunnels that were on come back, and the user is told once', async ({
  computer,
}) => {
  const app = await computer.launch();
  const page = await app.page();
  const card = await startPractice(page);
  await expectGreeting(PRACTICE_PORT);

  const killed = await enginePid(app);
  process.kill(killed, 'SIGKILL');
  await expect(page.getByText('The tunnel engine stopped and is started again.')).toHaveCount(1);
  await expect(card.getByRole('status')).toHaveText('Open');
  await eventually(() => expectGreeting(PRACTICE_PORT));
  expect(await enginePid(app)).not.toBe(killed);

  await card.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(card.getByRole('status')).toHaveText('Stopped');
  expect(await app.close()).toBe(0);
});

test('an engine that dies again and again is given up, until somebody asks for it', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const card = await startPractice(page);
  const givenUp = page
    .getByRole('alert')
    .filter({ hasText: /stopped \d+ times within a minute/ })
    .first();
  let killed = 0;
  await eventually(
    async () => {
      const [pid] = await engines(app);
      if (pid !== undefined && pid !== killed) process.kill(pid, 'SIGKILL');
      killed = pid ?? killed;
      return givenUp.isVisible();
    },
    { timeoutMs: 40_000 },
  );
  await expect(card.getByRole('status')).toHaveText('Failed');
  await card.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(card.getByRole('status')).toHaveText('Open');
  await expectGreeting(PRACTICE_PORT);
});

test('a hung engine makes every light unknown, until it goes on', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const card = await startPractice(page);
  const engine = await enginePid(app);
  const silent = page.getByRole('alert').filter({ hasText: 'The tunnel engine does not answer' });
  try {
    process.kill(engine, 'SIGSTOP');
    await expect(silent).toBeVisible({ timeout: 15_000 });
    await expect(card.getByRole('status').first()).toHaveText('Unknown');
    for (const light of ['SSH', 'Listener', 'Target']) {
      await expect(card.getByRole('img', { name: `${light}: unknown`, exact: true })).toBeVisible();
    }
    await expect(card.getByText('Listening', { exact: true })).toHaveCount(0);
    await expectAccessible(page, 'a card of a hung engine');
  } finally {
    process.kill(engine, 'SIGCONT');
  }
  await expect(silent).toBeHidden();
  await expect(card.getByRole('status').first()).toHaveText('Open');
  await expect(card.getByRole('img', { name: 'Listener: 2 listening' })).toBeVisible();
});

test('a question of a killed engine is over, and what was typed does not go on in the same one asked anew', async ({
  computer,
}) => {
  const server = await startPasswordChangeServer('secret', []);
  try {
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 143 });
    await saveProfiles(computer, [
      { name: 'Mail', server, login: { method: 'password' }, forwards: [forward] },
    ]);
    await knowHosts(computer, server);
    const app = await computer.launch();
    const page = await app.page();
    const [password, over] = [dialogOf(page, 'Password'), dialogOf(page, 'No longer asked')];
    await page.getByRole('article', { name: 'Mail' }).getByRole('button', { name: 'Start' }).click();
    await expect(password).toBeVisible();
    await page.keyboard.type('sec', { delay: 250 });
    process.kill(await enginePid(app), 'SIGKILL');
    await expect(over).toContainText('It has begun anew, and asks again.', { timeout: 20_000 });
    await page.keyboard.type('ret');
    await page.keyboard.press('Enter');
    await over.getByRole('button', { name: 'Close' }).click();
    await expect(password.getByLabel('Password', { exact: true })).toHaveValue('');
    await expect(password).toContainText('Attempt 1 of 3');
    expect(server.refusals()).toBe(0);
    await password.getByRole('button', { name: 'Cancel' }).click();
  } finally {
    await server.close();
  }
});

test('an app that is killed takes its engine along', async ({ computer }) => {
  const app = await computer.launch();
  await startPractice(await app.page());
  const engine = await enginePid(app);
  app.electron.process().kill('SIGKILL');
  await eventually(() => !isAlive(engine));
});

async function enginePid(app: CulvertApp): Promise<number> {
  return eventually(async () => {
    const [pid] = await engines(app);
    if (pid === undefined) throw new Error('There is no engine.');
    return pid;
  });
}

function engines(app: CulvertApp): Promise<readonly number[]> {
  return childProcesses(app.electron.process().pid ?? Number.NaN, 'node.mojom.NodeService');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
