import { randomUUID } from 'node:crypto';
import type { Forward } from '#shared/profile.ts';
import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, saveProfiles } from './support/saved-profiles.ts';
import { expectUncut } from './support/uncut.ts';
import { button, cardOf, startAndOpen, visit } from './support/window.ts';

/** A remote forward; where others are to reach it, agreed to. */
function remoteForward(port: number, address: string): Forward {
  return {
    id: randomUUID(),
    name: 'Files',
    kind: 'remote',
    enabled: true,
    bind: { address, port },
    target: { host: 'localhost', port: 9 },
    exposureConfirmedFor: address,
  };
}

test('the server says where a remote forward really listens, and who can reach it', async ({ computer }) => {
  test.setTimeout(90_000);
  const careful = await startSshd({ hostKeyTypes: ['ed25519'], gatewayPorts: 'no' });
  const generous = await startSshd({ hostKeyTypes: ['ed25519'], gatewayPorts: 'yes' });
  const silent = await startSshd({ hostKeyTypes: ['ed25519'], extraConfig: ['ForceCommand echo Go away.'] });
  try {
    const [port, silentPort] = [await findFreePort(), await findFreePort()];
    const openPort = await findFreePort('0.0.0.0');
    await knowHosts(computer, careful, silent, generous);
    await saveProfiles(computer, [
      keyFileProfile('Work', careful, [remoteForward(port, '*')]),
      keyFileProfile('Silent', silent, [remoteForward(silentPort, '*')]),
      keyFileProfile('Home', generous, [remoteForward(openPort, 'localhost')]),
    ]);
    const page = await (await computer.launch()).page();
    const work = cardOf(page, 'Work');

    await test.step('a forward that landed on loopback is a warning on the card, and no green light', async () => {
      await startAndOpen(work);
      await expect(work.getByRole('img', { name: 'Listener: only on the server itself' })).toBeVisible();
      const alert = work.getByRole('alert');
      await expect(alert).toContainText(`it listens on 127.0.0.1:${port}`);
      await expect(alert).toContainText('GatewayPorts clientspecified');
      await expect(work.getByText(`for programs on ${careful.host} only`)).toBeVisible();
      await expect(work.getByText(`127.0.0.1:${port}`, { exact: true })).toBeVisible();
    });

    await test.step('a forward that the server opened to everyone is an alarm', async () => {
      const home = cardOf(page, 'Home');
      await startAndOpen(home);
      await expect(home.getByRole('img', { name: 'Listener: open to more than asked' })).toBeVisible();
      await expect(home.getByRole('alert')).toContainText(`You asked for localhost:${openPort}`);
      await expect(home.getByText(`for anyone who can reach ${generous.host}`)).toBeVisible();
      await button(home, 'Stop').click();
    });

    await test.step('a server that runs nothing for us is said to be unknown, and serves', async () => {
      const card = cardOf(page, 'Silent');
      await startAndOpen(card);
      await expect(card.getByRole('img', { name: 'Listener: listening, reach unknown' })).toBeVisible();
      await expect(card.getByText(/who can really enter is unknown/)).toBeVisible();
    });

    await test.step('the card leads to the server’s own list, where ours is marked', async () => {
      await button(work, 'See it on the server').click();
      const tab = page.getByRole('tab', { name: `Work on ${careful.host}` });
      await expect(tab).toHaveAttribute('aria-selected', 'true');
      const row = page.getByRole('row').filter({ hasText: `127.0.0.1${port}` });
      await expect(row.getByRole('cell', { name: 'Work', exact: true })).toBeVisible();
      await expect(row.getByRole('cell', { name: `only programs on ${careful.host}` })).toBeVisible();
      await expect(
        page.getByText(new RegExp(`seen as ${careful.user} on ${careful.host} with ss`)),
      ).toBeVisible();
      await page.getByLabel('Filter listeners').fill('');
      await page.getByLabel('Ours only').check();
      await expect(page.getByRole('row'), 'the header, and one for each family').toHaveCount(3);
    });

    await test.step('the tabs follow the arrow keys, and a server without commands says so in words', async () => {
      await page.getByRole('tab', { selected: true }).press('ArrowRight');
      const tab = page.getByRole('tab', { name: `Silent on ${silent.host}` });
      await expect(tab).toBeFocused();
      await expect(page.getByRole('tabpanel')).toHaveAccessibleName(`Silent on ${silent.host}`);
      await expect(page.getByRole('alert')).toContainText('runs something of its own in place of commands');
      await expect(page.getByRole('alert')).toContainText('“Go away.”');
      await tab.press('Home');
      await expect(page.getByRole('heading', { name: 'What listens on this computer' })).toBeVisible();
    });

    await test.step('in a narrow window every tab, and who can reach a listener, stays in view', async () => {
      await page.setViewportSize({ width: 400, height: 760 });
      await page.getByRole('tab', { name: `Work on ${careful.host}` }).click();
      for (const tab of await page.getByRole('tab').all()) await expect(tab).toBeInViewport({ ratio: 1 });
      const row = page.getByRole('row').filter({ hasText: `127.0.0.1:${port}` });
      await expect(row.getByRole('cell', { name: 'Work' })).toBeVisible();
      await expectUncut(row.getByTitle(`127.0.0.1:${port}`));
      await expectUncut(row.getByTitle(`only programs on ${careful.host}`));
      await expectAccessible(page, 'the listeners in a narrow window');
      await page.setViewportSize({ width: 1100, height: 760 });
    });

    await test.step('a tunnel that is stopped has no tab', async () => {
      await visit(page, 'Tunnels');
      await button(page, 'Stop all').click();
      await visit(page, 'Listeners');
      await expect(page.getByRole('tab')).toHaveCount(0);
    });
  } finally {
    await silent.close();
    await generous.close();
    await careful.close();
  }
});

test('a server that the profile says not to look at is left alone, until the profile says otherwise', async ({
  computer,
}) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], gatewayPorts: 'no' });
  const commandsRun = () => sshd.log().match(/Starting session: /g)?.length ?? 0;
  try {
    await knowHosts(computer, sshd);
    const work = keyFileProfile('Work', sshd, [remoteForward(await findFreePort(), '*')]);
    await saveProfiles(computer, [{ ...work, looksAtServer: false }]);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Work');
    await startAndOpen(card);
    await expect(card.getByRole('img', { name: 'Listener: listening, reach unknown' })).toBeVisible();
    await expect(card.getByText(/who can really enter is unknown/)).toBeVisible();
    await visit(page, 'Listeners');
    await page.getByRole('tab', { name: `Work on ${sshd.host}` }).click();
    await expect(page.getByRole('alert')).toContainText(
      'Culvert does not look at this server, as the profile says.',
    );
    expect(commandsRun()).toBe(0);

    await visit(page, 'Tunnels');
    await button(card, 'Edit').click();
    const box = page.getByRole('checkbox', { name: 'Look at the server' });
    await expect(box).not.toBeChecked();
    await box.check();
    await expectAccessible(page, 'the form with the look at the server');
    await button(page, 'Save').click();
    await expect(card.getByRole('img', { name: 'Listener: only on the server itself' })).toBeVisible();
    expect(commandsRun()).toBeGreaterThan(0);
  } finally {
    await sshd.close();
  }
});
