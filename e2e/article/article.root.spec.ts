import type { Locator, Page } from '@playwright/test';
import { test as base, expect } from '../app/support/app.ts';
import { button, expectState, visit } from '../journeys/support/window.ts';
import { eventually } from '../support/eventually.ts';
import { addForward, digByForm, quit } from './at-the-form.ts';
import { hideInTheBushes } from './eavesdropper.ts';
import { expectDropped } from './knocking.ts';
import { shootForReadme } from './readme-pictures.ts';
import { loginFrom, prepareRemoteLogin } from './remote-login.ts';
import { digSecondHop } from './second-hop.ts';
import { FILES_CHALLENGE, FILES_PORT, IMAP_PORT } from './servers.ts';
import { connectionsTo, listenersOn } from './socket-list.ts';
import { startTelnet, telnetUntil } from './telnet.ts';
import { buildWorld, type World } from './world.ts';
import { addressOf } from './world-map.ts';

const test = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern here
  world: async ({}, use) => {
    const world = await buildWorld();
    try {
      await use(world);
    } finally {
      await world.close();
    }
  },
});

test.setTimeout(120_000);

/** andre's, as the article calls him. */
const password = 'opensesame';

// `world` comes first in each: what comes last is closed first, and no app outlives its world.

test('case 1: mail is read in a coffee shop, and nobody hears the password', async ({ world, computer }) => {
  const { bish, coffee, core, mail } = world.machines;
  const bushes = await hideInTheBushes(coffee, password);
  const app = await computer.launch({ within: bish.within });
  const page = await app.page();
  const card = await digByForm(page, 'Mail', world.coreSshd, {
    kind: 'Local',
    bindPort: 42424,
    targetHost: 'mail',
    targetPort: IMAP_PORT,
  });

  await test.step('the laptop listens for itself only, and the mail server greets it', async () => {
    expectForItselfOnly(await listenersOn(bish, 42424), 42424);
    expect(await telnetUntil(bish, 'localhost', 42424, '* OK')).toContain('Connected to localhost.');
  });

  await test.step('core shows the second half as ESTABLISHED, and the bushes hear SSH only', async () => {
    const telnet = startTelnet(bish, 'localhost', 42424);
    await telnet.waitFor('* OK');
    telnet.type(`a1 LOGIN andre ${password}`);
    await telnet.waitFor('a1 NO');
    expect(await connectionsTo(core, `${mail.address}:${IMAP_PORT}`)).toHaveLength(1);
    expect(await connectionsTo(bish, `${mail.address}:${IMAP_PORT}`)).toEqual([]);
    await expect(card.getByRole('img', { name: /^Target: answered/ })).toBeVisible();
    const heard = await bushes.heard();
    expect(heard).toMatchObject({ other: 0, secret: 0 });
    expect(heard.ssh).toBeGreaterThan(0);
    await telnet.close();
    await eventually(async () =>
      expect(await connectionsTo(core, `${mail.address}:${IMAP_PORT}`)).toEqual([]),
    );
  });

  await test.step('without the tunnel they would have heard it', async () => {
    const telnet = startTelnet(bish, 'mail', IMAP_PORT);
    await telnet.waitFor('* OK');
    telnet.type(`a1 LOGIN andre ${password}`);
    await telnet.waitFor('a1 NO');
    expect(await bushes.heard()).toMatchObject({ secret: 1 });
    await telnet.close();
  });

  await test.step('core’s sshd is killed, and mail comes back by itself', async () => {
    await world.coreSshd.kill();
    await expectState(card, 'Waiting');
    // Nobody takes the port meanwhile.
    expectForItselfOnly(await listenersOn(bish, 42424), 42424);
    await world.coreSshd.restart();
    await expectState(card, 'Open', 40_000);
    await telnetUntil(bish, 'localhost', 42424, '* OK');
  });
  await quit(app);
  expect(await listenersOn(bish, 42424)).toEqual([]);
});

test('case 2: the way home from behind a firewall', async ({ world, computer }) => {
  const { core, files, firewall, pimp, workstation } = world.machines;

  await test.step('the firewall lets nobody in', async () => {
    for (const outsider of [core, pimp]) {
      await expectDropped(firewall, outsider, files.address, FILES_PORT);
      await expectDropped(firewall, outsider, workstation.address, 22);
      await expectDropped(firewall, outsider, firewall.address, 42000);
    }
  });

  const app = await computer.launch({ within: workstation.within });
  const page = await app.page();
  const card = await digByForm(page, 'Work', world.coreSshd, {
    kind: 'Remote',
    bindAddress: '*',
    bindPort: 42000,
    targetHost: 'files',
    targetPort: FILES_PORT,
  });

  const expectFilesOnCoreOnly = async () => {
    expectForItselfOnly(await listenersOn(core, 42000), 42000);
    await telnetUntil(core, 'localhost', 42000, FILES_CHALLENGE);
    const shown = await startTelnet(pimp, 'core', 42000).ended;
    expect(shown).toContain('Unable to connect to remote host: Connection refused');
  };
  await test.step('core reaches the file server, pimp is refused, and the light says so', async () => {
    await expect(card.getByRole('img', { name: 'Listener: only on the server itself' })).toBeVisible();
    await expectFilesOnCoreOnly();
  });

  const expectFilesFromPimp = async () => {
    await eventually(async () => expectForEverybody(await listenersOn(core, 43000), 43000));
    await telnetUntil(pimp, 'core', 43000, FILES_CHALLENGE);
  };
  const shoot = (name: string) => shootForReadme(page, name, world.coreSshd.user);
  await test.step('a second hop on core lets pimp in', async () => {
    await digSecondHop(page, card, world.coreSshd, () => shoot('second-hop-light'));
    await expect(card.getByRole('img', { name: 'Listener: listening' })).toBeVisible();
    await expectFilesFromPimp();
  });

  await test.step('Listeners shows core’s end, and Connections shows pimp', async () => {
    await visit(page, 'Listeners');
    await page.getByRole('tab', { name: 'Work on core' }).click();
    await expect(rowOf(page, '43000')).toContainText('anyone who can reach core');
    await expect(rowOf(page, '42000').first()).toContainText('only programs on core');
    await shoot('server-light');
    await visit(page, 'Tunnels');
    const telnet = startTelnet(pimp, 'core', 43000);
    await telnet.waitFor(FILES_CHALLENGE);
    await button(card, 'Show 1 connection of Work').click();
    await expect(page.getByRole('row').nth(1)).toContainText(`files:${FILES_PORT}`);
    // As core knows it: by the address of the house.
    await expect(page.getByRole('row').nth(1)).toContainText(`via the second hop${addressOf('home')}:`);
    await button(page, 'Back to the tunnels').click();
    await telnet.close();
  });

  const remoteLogin = async () => {
    await eventually(async () => expect(await listenersOn(core, 11000)).toContain('127.0.0.1:11000'));
    const words = 'id -un; readlink /proc/self/ns/net';
    const [user, place] = (await loginFrom(core, world.workstationSshd, 11000, words)).split('\n');
    expect(user).toBe(world.workstationSshd.user);
    const { stdout } = await workstation.run('sh', ['-c', 'readlink /proc/self/ns/net']);
    expect(place, 'logged in on the workstation').toBe(stdout.trim());
  };
  await test.step('from core, ssh -p 11000 localhost is a shell on the workstation', async () => {
    await prepareRemoteLogin(world.workstationSshd, 11000);
    await addForward(page, card, {
      kind: 'Remote',
      bindPort: 11000,
      targetHost: workstation.address,
      targetPort: 22,
    });
    await remoteLogin();
  });

  await test.step('core’s sshd is killed, and everything comes back by itself', async () => {
    await world.coreSshd.kill();
    expect(await listenersOn(core, 42000)).toEqual([]);
    await expectState(card, 'Waiting');
    await eventually(async () => expect(await listenersOn(core, 43000)).toEqual([]), { timeoutMs: 5_000 });
    await world.coreSshd.restart();
    await expectState(card, 'Open', 40_000);
    await remoteLogin();
    await expectFilesOnCoreOnly();
    await expectFilesFromPimp();
  });
  await quit(app);
  for (const port of [42000, 43000, 11000]) {
    await eventually(async () => expect(await listenersOn(core, port)).toEqual([]));
  }
});

function rowOf(page: Page, text: string): Locator {
  return page.getByRole('row').filter({ hasText: text });
}

/** The article's `netstat -na | grep -i listen`: on loopback, and nowhere else. */
function expectForItselfOnly(listeners: readonly string[], port: number): void {
  expect(listeners).toContain(`127.0.0.1:${port}`);
  for (const listener of listeners) expect([`127.0.0.1:${port}`, `[::1]:${port}`]).toContain(listener);
}

/** The article's `*.43000`: port 43000 on all available addresses. */
function expectForEverybody(listeners: readonly string[], port: number): void {
  expect(listeners.filter((each) => [`0.0.0.0:${port}`, `*:${port}`].includes(each))).toHaveLength(1);
}
