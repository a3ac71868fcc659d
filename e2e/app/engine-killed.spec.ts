import { eventually } from '../support/eventually.ts';
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
