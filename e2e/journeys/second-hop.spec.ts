import { randomUUID } from 'node:crypto';
import type { Forward } from '#shared/profile.ts';
import { expect, test } from '../app/support/app.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startLineWithGhosts } from '../support/line-with-ghosts.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, startAndOpen } from './support/window.ts';

/** An address of the server where a forward that it keeps to itself does not listen. */
const ELSEWHERE = '127.0.0.2';

function remoteForward(port: number, address: '*' | 'localhost', targetPort: number): Forward {
  return {
    id: randomUUID(),
    name: 'Files',
    kind: 'remote',
    enabled: true,
    bind: { address, port },
    target: { host: '127.0.0.1', port: targetPort },
    ...(address === '*' && { exposureConfirmedFor: address }),
  };
}

test('a second hop is offered, shown to the letter, dug, kept over a restart, and filled in', async ({
  computer,
}) => {
  test.setTimeout(90_000);
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const target = await startBannerServer();
  try {
    const [entrance, chosen] = [await findFreePort(), await findFreePort()];
    await knowHosts(computer, sshd);
    const forwards = [remoteForward(entrance, '*', target.port)];
    await saveProfiles(computer, [keyFileProfile('Work', sshd, forwards)]);
    const app = await computer.launch();
    const page = await app.page();
    const card = cardOf(page, 'Work');

    await startAndOpen(card);
    await button(card, 'Dig a second hop…').click();
    const dialog = dialogOf(page, `Dig a second hop on ${sshd.host}`);
    await expect(dialog).toContainText(`It runs there as ${sshd.user}`);
    await expect(dialog).toContainText(`socat TCP-LISTEN:${entrance + 1000},fork`);
    await dialog.getByText('Everything that', { exact: false }).click();
    await expect(dialog.getByText('while IFS= read -r heard', { exact: false })).toBeVisible();
    await expectAccessible(page, 'the dialog of a second hop');

    // A port that is none, then another; and another program.
    await dialog.getByLabel('Port on the server').fill('70000');
    await expect(dialog).toContainText('Choose a port from 1 to 65535.');
    await expect(button(dialog, `Run this on ${sshd.host}`)).toBeDisabled();
    await dialog.getByLabel('Port on the server').fill(String(chosen));
    await dialog.getByLabel('Program').selectOption('python3');
    await expect(dialog.getByText(`("", ${chosen})`, { exact: false })).toBeVisible();
    // Nothing of it has run so far.
    expect(await isListening(chosen, ELSEWHERE)).toBe(false);
    await button(dialog, `Run this on ${sshd.host}`).click();

    await expect(card).toContainText(`Second hop ${sshd.host} *:${chosen} open for anyone`);
    await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    await expectGreeting(chosen, '* OK', ELSEWHERE);
    await expectAccessible(page, 'a card with a second hop');

    await button(card, 'Test Files').click();
    const answer = card.getByRole('log', { name: 'Answer of Files', exact: true });
    await expect(answer.getByRole('heading', { name: 'Through the tunnel’s port' })).toBeVisible();
    await expect(answer.getByRole('heading', { name: 'Through the second hop' })).toBeVisible();
    await expect(answer.getByText(/^\* OK Culvert test server ready/)).toHaveCount(2);
    await expectAccessible(page, 'a card with a test through a second hop');

    await button(card, 'Edit').click();
    const said = `You agreed that python3 runs there as ${sshd.user}`;
    await expect(page.getByRole('status').filter({ hasText: said })).toBeVisible();
    await page.getByLabel('Target port').fill('1');
    await expect(page.getByText('your yes was for another target')).toBeVisible();
    await page.getByLabel('Target port').fill(String(target.port));
    await expectAccessible(page, 'the form of a forward with a second hop');
    await button(page, 'Fill the hop in').click();
    await expect(page.getByText('It is filled in once this is saved')).toBeVisible();
    await button(page, 'Keep the hop').click();
    await button(page, 'Cancel').click();
    // Who and how long, of an entrance that the hop opens.
    await button(card, 'Who and how long…').click();
    const question = dialogOf(page, 'Open to the network');
    await expect(question).toContainText(
      'It is the second hop that opens it to others: python3, run there as',
    );
    await button(question, 'Cancel').click();
    // sshd sees the hop's own address: who is behind it, the sockets on the server tell.
    const visitor = await connectTcp(chosen, ELSEWHERE);
    await button(card, 'Show 1 connection of Work').click();
    const row = page.getByRole('row').filter({ hasText: 'via the second hop' });
    await expect(row).toContainText(`:${visitor.socket.localPort}`);
    await expect(row, 'the program here is the target’s').toContainText(
      `(${process.pid})127.0.0.1:${target.port}`,
    );
    await visitor.close();
    await button(page, 'Back to the tunnels').click();

    expect(await app.close()).toBe(0);
    await eventually(async () => expect(await isListening(chosen, ELSEWHERE)).toBe(false));
    const again = await computer.launch();
    const sameCard = cardOf(await again.page(), 'Work');
    await expectState(sameCard, 'Open');
    await eventually(() => expectGreeting(chosen, '* OK', ELSEWHERE));

    await button(sameCard, 'Fill the hop in').click();
    await expect(button(sameCard, 'Dig a second hop…')).toBeVisible();
    await eventually(async () => expect(await isListening(chosen, ELSEWHERE)).toBe(false));
    await expectGreeting(entrance);
  } finally {
    for (const { close } of [target, sshd]) await close();
  }
});

test('a port held by our own dead session says so, and is free after a yes', async ({ computer }) => {
  test.setTimeout(90_000);
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const line = await startLineWithGhosts(sshd);
  const target = await startBannerServer();
  try {
    const entrance = await findFreePort();
    await knowHosts(computer, { knownHosts: () => line.knownHosts });
    const forwards = [remoteForward(entrance, 'localhost', target.port)];
    await saveProfiles(computer, [keyFileProfile('Work', line.server, forwards)]);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Work');
    await startAndOpen(card);
    await expect(card.getByRole('img', { name: 'Listener: listening', exact: true })).toBeVisible();
    await expectGreeting(entrance);
    // The session has learned its own process on the server.
    await eventually(() => expect(sshd.log().match(/Close session/g)).toHaveLength(2));
    await expectGreeting(entrance);

    line.cut();
    await expect(card.getByText(/^Retrying (?:in|now)/)).toBeVisible({ timeout: 20_000 });
    await expect(card.getByRole('alert')).toContainText('is held by your own dead session, opened');
    await button(card, 'End the dead session…').click();
    const dialog = dialogOf(page, `End the dead session on ${line.server.host}`);
    await expect(dialog).toContainText(/kill \d+/);
    await expectAccessible(page, 'the question before a ghost is ended');
    expect(sshd.sessionPids()).toHaveLength(2);
    await button(dialog, 'End it').click();
    await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    await expectGreeting(entrance);
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(1));
  } finally {
    for (const { close } of [target, line, sshd]) await close();
  }
});
