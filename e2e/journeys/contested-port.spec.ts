import { randomUUID } from 'node:crypto';
import type { Forward } from '#shared/profile.ts';
import { expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startStranger } from '../support/stranger.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { expectAccessible } from './support/accessible.ts';
import { keyFileProfile, knowHosts, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, startAndOpen, visit } from './support/window.ts';

test('a port shared with another program is a warning, and a second hop leads past that program', async ({
  computer,
}) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const target = await startBannerServer();
  const [entrance, hopPort] = [await findFreePort(), await findFreePort()];
  const stranger = await startStranger(entrance, '127.0.0.1');
  try {
    const forward: Forward = {
      id: randomUUID(),
      name: 'Files',
      kind: 'remote',
      enabled: true,
      bind: { address: '*', port: entrance },
      target: { host: '127.0.0.1', port: target.port },
      exposureConfirmedFor: '*',
    };
    await knowHosts(computer, sshd);
    await saveProfiles(computer, [keyFileProfile('Work', sshd, [forward])]);
    const app = await computer.launch();
    const page = await app.page();
    const card = cardOf(page, 'Work');
    await startAndOpen(card);
    await expect(card).toContainText(
      `IPv4 visitors of port ${entrance} on ${sshd.host} reach another program.`,
    );
    await expect(card.getByRole('img', { name: 'Listener: shared with another program' })).toBeVisible();
    await expectAccessible(page, 'a card with a port that another program shares');

    await button(card, 'Dig a second hop…').click();
    const dialog = dialogOf(page, `Dig a second hop on ${sshd.host}`);
    await expect(dialog).toContainText(`[::1]:${entrance} on ${sshd.host}`);
    // The forward's own port cannot be the hop's as well.
    await dialog.getByLabel('Port on the server').fill(String(entrance));
    await expect(dialog).toContainText('The forward “Files” listens on this port.');
    await expect(button(dialog, `Run this on ${sshd.host}`)).toBeDisabled();
    await dialog.getByLabel('Port on the server').fill(String(hopPort));
    await expect(dialog.getByText(`TCP-LISTEN:${hopPort},`, { exact: false }).first()).toBeVisible();
    await button(dialog, `Run this on ${sshd.host}`).click();
    await expect(card).toContainText(`Second hop ${sshd.host} *:${hopPort} open for anyone`);
    await expectGreeting(hopPort, '* OK', '127.0.0.2');
    expect(stranger.greeted()).toBe(0);

    await visit(page, 'Listeners');
    await page.getByRole('tab', { name: 'Work' }).click();
    const rows = page.getByRole('row').filter({ hasText: String(entrance) });
    await expect(rows.filter({ hasText: 'Work' })).toHaveCount(1);
    await expect(rows.filter({ hasText: 'Work' })).toContainText('::1');
    await app.close();
  } finally {
    await stranger.close();
    await target.close();
    await sshd.close();
  }
});
