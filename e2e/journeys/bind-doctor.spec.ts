import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Computer, expect, test } from '../app/support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPortHolder } from '../support/port-holder.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, expectState, fillIn, startAndOpen } from './support/window.ts';

test('a port that a program holds: the card names it, and one click takes the next', async ({ computer }) => {
  test.setTimeout(90_000);
  const [sshd, mail] = [await startSshd({ hostKeyTypes: ['ed25519'] }), await startBannerServer()];
  const holder = await startPortHolder(await findFreePort());
  try {
    const { port } = holder;
    await saveProfiles(computer, [
      keyFileProfile('Mail', sshd, [localForward(port, mail)]),
      keyFileProfile('Next door', sshd, [localForward(port + 1, mail)]),
    ]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');

    await startAndOpen(card);
    await expect(card.getByRole('alert')).toContainText(
      `Port ${port} on this computer is taken by node (pid ${holder.pid}).`,
    );
    await expect(card.getByText(/^node started \d+ (s|min) ago\.$/)).toBeVisible();
    await expect(card.getByRole('img', { name: `Listener: port ${port} taken by node` })).toBeVisible();
    await expect(card.getByText(/^Retrying /)).toBeVisible();

    // The next one is promised to another tunnel, although nobody listens there.
    const use = card.getByRole('button', { name: /^Use port / });
    await use.waitFor();
    const next = Number(((await use.textContent()) ?? '').replace(/\D/g, ''));
    expect(next).toBeGreaterThan(port + 1);
    await use.click();
    await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    await expectGreeting(next);
    await expect(card.getByRole('alert')).toHaveCount(0);
    expect(await savedPorts(computer)).toEqual([next, port + 1]);
    await expect(page.getByText(`Moved from port ${port} to ${next}.`)).toBeVisible();
  } finally {
    await holder.close();
    await mail.close();
    await sshd.close();
  }
});

test('two tunnels that want one port: the second says so, stops the first and comes up', async ({
  computer,
}) => {
  test.setTimeout(90_000);
  const [sshd, mail] = [await startSshd({ hostKeyTypes: ['ed25519'] }), await startBannerServer()];
  try {
    const port = await findFreePort();
    await saveProfiles(computer, [
      keyFileProfile('Mail', sshd, [localForward(port, mail), localForward(await findFreePort(), mail)]),
      keyFileProfile('Web', sshd, [localForward(await findFreePort(), mail)]),
    ]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const [first, second] = [cardOf(page, 'Mail'), cardOf(page, 'Web')];

    await test.step('the form warns while the port is typed, and saves all the same', async () => {
      await button(second, 'Edit').click();
      const forward = page.getByRole('group', { name: 'Forward 1' });
      await expect(forward.getByRole('status')).toHaveCount(0);
      await fillIn(forward, { 'Bind port': port });
      await expect(forward.getByRole('status')).toContainText('“Mail” listens on this port too');
      await button(page, 'Save').click();
    });

    await test.step('the second one names the first, and takes over when that is stopped', async () => {
      await startAndOpen(first);
      await startAndOpen(second);
      await expect(second.getByRole('alert')).toContainText('is taken by your own tunnel “Mail”.');
      await expect(second.getByRole('img', { name: `Listener: port ${port} taken by “Mail”` })).toBeVisible();
      await button(second, 'Stop “Mail” (both of its forwards)').click();
      await expectState(first, 'Stopped');
      await expect(second.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
      await expectGreeting(port);
    });

    await test.step('a copy gets a port of its own, and says so', async () => {
      await button(second, 'Duplicate').click();
      await expect(page.getByText(`“Web copy” listens on ${port + 1} instead of ${port}`)).toBeVisible();
      expect(await savedPorts(computer)).toEqual([port, port, port + 1]);
    });
  } finally {
    await mail.close();
    await sshd.close();
  }
});

/** The ports of the first forwards in profiles.json. */
async function savedPorts(computer: Computer): Promise<readonly number[]> {
  const { profiles } = JSON.parse(await readFile(path.join(computer.userData, 'profiles.json'), 'utf8')) as {
    profiles: readonly { forwards: readonly { bind: { port: number } }[] }[];
  };
  return profiles.flatMap(({ forwards: [forward] }) => forward?.bind.port ?? []);
}
