import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { profileSchema } from '#shared/profile.ts';
import { findFreePort } from '../support/free-port.ts';
import { type HostileServerOptions, startHostileServer, type Victim } from '../support/hostile-server.ts';
import { HARMFUL, TRICKS } from '../support/hostile-text.ts';
import { boolean, channelOpen, message, string, uint32 } from '../support/ssh-messages.ts';
import { type Computer, expect, test } from './support/app.ts';
import { saveProfile } from './support/sshd-profile.ts';

const debugTalk = message(4, boolean(true), string(Buffer.alloc(32_000)), string(''));

for (const { what, flood, sentence } of [
  {
    what: '10 MB of debug messages',
    flood: (victim: Victim) => victim.flood(320, () => debugTalk),
    sentence: /sent empty messages without end/,
  },
  {
    what: 'thousands of channels',
    flood: (victim: Victim) => victim.flood(50_000, (index) => channelOpen('session', index)),
    sentence: /opened channels that nobody asked for/,
  },
]) {
  test(`a server that sends ${what} is named on its card, and the window goes on`, async ({ computer }) => {
    const { page, card, close } = await startTunnel(computer, { onOpen: (victim) => void flood(victim) });
    try {
      const worstGapMs = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const [startedAt, gaps] = [performance.now(), [0]];
            let last = startedAt;
            const timer = setInterval(() => {
              const now = performance.now();
              gaps.push(now - last);
              last = now;
              if (now - startedAt < 2_500) return;
              clearInterval(timer);
              resolve(Math.max(...gaps));
            }, 10);
          }),
      );
      await card.getByRole('button', { name: 'Start' }).click();
      await expect(card).toContainText(sentence);
      // Nothing on the way is slower than what a person takes for at once, on a machine with better things to do.
      expect(await worstGapMs).toBeLessThan(800);
      await page.getByRole('button', { name: 'New tunnel' }).click();
      await expect(page.getByLabel('Log in with')).toBeVisible();
    } finally {
      await close();
    }
  });
}

test('what a server says for goodbye stands on the card as plain text', async ({ computer }) => {
  const { page, card, close } = await startTunnel(computer, {
    onOpen: (victim) => victim.send(message(1, uint32(2), string(TRICKS), string(''))),
  });
  try {
    await card.getByRole('button', { name: 'Start' }).click();
    await expect(card).toContainText('Die <img src=x onerror=alert(1)>gnp.exe');
    expect(await card.textContent()).not.toMatch(HARMFUL);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  } finally {
    await close();
  }
});

async function startTunnel(computer: Computer, behaviour: HostileServerOptions) {
  const server = await startHostileServer(behaviour);
  await writeFile(path.join(computer.sshFolder, 'known_hosts'), server.knownHosts());
  const page = await (await computer.launch()).page();
  const profile = profileSchema.parse({
    id: randomUUID(),
    name: 'Hostile',
    server: { host: server.host, port: server.port, user: server.user },
    login: { method: 'password' },
    forwards: [
      { id: randomUUID(), kind: 'dynamic', bind: { address: 'localhost', port: await findFreePort() } },
    ],
    looksAtServer: false,
  });
  return { page, card: await saveProfile(page, profile), close: () => server.close() };
}
