import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type Forward, profileSchema } from '#shared/profile.ts';
import { type Computer, expect, test } from '../app/support/app.ts';
import { saveProfile } from '../app/support/sshd-profile.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { ownAddress } from '../support/own-address.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState, fillIn, startAndOpen } from './support/window.ts';

test('a forward is opened for an hour to those who are named, extended, and closed again', async ({
  computer,
}) => {
  test.setTimeout(90_000);
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort('0.0.0.0');
    await prepare(computer, sshd, [openAt('0.0.0.0', localForward(port, mail))]);
    const app = await computer.launch();
    const page = await app.page();
    const card = cardOf(page, 'Mail');
    const dialog = dialogOf(page, 'Open to the network');
    await button(card, 'Start').click();

    await test.step('nothing is open before a yes, and the yes says for how long and to whom', async () => {
      await expect(card.getByText('Closed to others · needs your consent')).toBeVisible();
      await button(card, 'Who could enter?…').click();
      await expect(dialog.getByRole('radio', { name: 'Until I stop it' })).toBeChecked();
      await expect(dialog).toContainText('Anyone who can reach this computer');
      await dialog.getByLabel('Allowed sources').fill('next door');
      await button(dialog, 'Continue').click();
      await expect(dialog.getByLabel('Allowed sources')).toBeFocused();
      await expect(dialog.getByLabel('Allowed sources')).toHaveAccessibleDescription(/“next” is neither/);
      await dialog.getByLabel('Allowed sources').fill('203.0.113.5/24');
      await expect(dialog).toContainText('Only 203.0.113.0/24 could reach');
      await dialog.getByRole('radio', { name: 'For one hour' }).check();
      await button(dialog, 'Continue').click();
      await expect(
        card.getByText(/^Open to others · (1 h|59 min) left · 203\.0\.113\.0\/24 allowed$/),
      ).toBeVisible();
      await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    });

    await test.step('who is not named is refused, counted and shown', async () => {
      await expectGreeting(port);
      expect(await knock(port)).toBe('');
      const refused = card.getByText(/^1 refused, last /);
      await expect(refused).toContainText(ownAddress());
      await refused.click();
      await expect(card.getByText(`${ownAddress()} once`)).toBeVisible();
    });

    await test.step('Extend… asks again and opens it to more', async () => {
      await button(card, 'Extend…').click();
      await expect(dialog.getByRole('radio', { name: 'For one hour' })).toBeChecked();
      await expect(dialog.getByLabel('Allowed sources')).toHaveValue('203.0.113.0/24');
      await dialog.getByLabel('Allowed sources').fill(`203.0.113.0/24\n${ownAddress()}`);
      await dialog.getByRole('radio', { name: 'Until midnight' }).check();
      await button(dialog, 'Continue').click();
      await expect(card.getByText(/left · .* and .* allowed$/)).toBeVisible();
      await eventually(async () => (await knock(port)).startsWith('* OK'));
    });

    await test.step('Close to others now closes it, with whoever is connected', async () => {
      const client = await connectTcp(port);
      await client.waitFor('* OK');
      await button(card, 'Close to others now').click();
      expect(await client.ended).toBe('reset');
      await expect(card.getByText('Closed to others · needs your consent')).toBeVisible();
      await expect(button(card, 'Close to others now')).toHaveCount(0);
      await expect(card.getByText('closed: nobody can enter until you agree')).toBeVisible();
      await eventually(async () => !(await isListening(port)));
      await expectState(card, 'Open');
    });

    await test.step('until I stop it is until Stop', async () => {
      await button(card, 'Who could enter?…').click();
      await expect(dialog.getByLabel('Allowed sources')).toHaveValue(`203.0.113.0/24\n${ownAddress()}`);
      await button(dialog, 'Continue').click();
      await expect(card.getByText(/^Open to others · until you stop it/)).toBeVisible();
      await button(card, 'Stop').click();
      await expectState(card, 'Stopped');
      await startAndOpen(card);
      await expect(card.getByText('Closed to others · needs your consent')).toBeVisible();
    });

    await test.step('the form keeps who may enter, and asks when that becomes anyone', async () => {
      await button(card, 'Edit').click();
      await fillIn(page, { 'Allowed sources': 'ten' });
      await button(page, 'Save').click();
      await expect(page.getByLabel('Allowed sources')).toHaveAccessibleDescription(/“ten” is neither/);
      await fillIn(page, { 'Allowed sources': '::/0' });
      await expect(page.getByText('::/0 means everybody with IPv6.')).toBeVisible();
      await expect(page.getByLabel('Allowed sources')).toHaveAttribute('aria-invalid', 'false');
      await fillIn(page, { 'Allowed sources': '' });
      await button(page, 'Save').click();
      await expect(dialog).toContainText('Anyone who can reach this computer');
      await dialog.getByRole('radio', { name: 'Always' }).check();
      await button(dialog, 'Continue').click();
      await expect(card.getByText('Open to others · until you close it · anyone may enter')).toBeVisible();
      expect(await knock(port)).toContain('* OK');
    });

    await test.step('a stopped tunnel has nothing to close, but a yes that can be taken back', async () => {
      await button(card, 'Stop').click();
      await expect(card.getByText('To be open to others · until you close it')).toBeVisible();
      await expect(button(card, 'Close to others now')).toHaveCount(0);
      await button(card, 'Keep closed to others').click();
      await expect(card.getByText('Closed to others · needs your consent')).toBeVisible();
      await expect(card).not.toContainText('for anyone');
      await expect(button(card, 'Keep closed to others')).toHaveCount(0);
    });
    expect(app.takeProblems()).toEqual([]);
  } finally {
    await mail.close();
    await sshd.close();
  }
});

test('a forward whose time is over closes before your eyes, and stays closed after a restart', async ({
  computer,
}) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const mail = await startBannerServer();
  try {
    const port = await findFreePort('0.0.0.0');
    const forward = openAt('0.0.0.0', localForward(port, mail));
    const app = await computer.launch();
    const page = await app.page();
    await knowHosts(computer, sshd);
    // As the form saves it, but that no term is as short.
    const ends = { when: 'at', at: Date.now() + 6000 } as const;
    const exposureLease = { address: '0.0.0.0', ends };
    const { host, port: sshPort, user } = sshd;
    const profile = profileSchema.parse({
      ...keyFileProfile('Mail', sshd, [{ ...forward, exposureLease }]),
      id: randomUUID(),
      server: { host, port: sshPort, user },
    });
    const card = await saveProfile(page, profile);
    await startAndOpen(card);
    await expect(card.getByText(/^Open to others · \d+ s left · anyone may enter$/)).toBeVisible();
    await expectGreeting(port);

    await expect(card.getByRole('alert')).toContainText('is over, so it is closed', { timeout: 20_000 });
    await expect(card.getByText(/^Closed to others · time was over/)).toBeVisible();
    await expect(card.getByRole('img', { name: 'Listener: time is over' })).toBeVisible();
    await expect(card.getByText('closed: its time is over, nobody can enter')).toBeVisible();
    await expect(card).not.toContainText('for anyone');
    expect(await isListening(port)).toBe(false);
    expect(await app.close()).toBe(0);

    // What was on comes back by itself; what was closed does not.
    const again = cardOf(await (await computer.launch()).page(), 'Mail');
    await expectState(again, 'Open');
    await expect(again.getByText(/^Closed to others · time was over/)).toBeVisible();
    expect(await isListening(port)).toBe(false);
    await expect(button(again, 'Who could enter?…')).toBeVisible();
  } finally {
    await mail.close();
    await sshd.close();
  }
});

async function prepare(computer: Computer, sshd: Sshd, forwards: readonly Forward[]): Promise<void> {
  await saveProfiles(computer, [keyFileProfile('Mail', sshd, forwards)]);
  await knowHosts(computer, sshd);
}

function openAt(address: string, forward: Forward): Forward {
  return { ...forward, bind: { ...forward.bind, address } };
}

/** Dials as a stranger, and gives what came before the connection ended. */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: ownAddress(), port });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
