import { expect, test } from '../app/support/app.ts';
import { localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf } from './support/window.ts';

const jumpHost = {
  server: { host: 'gate.example.org', port: 22, user: 'ana' },
  login: { method: 'automatic' as const },
  legacyAlgorithms: false,
};

test('in windows of every width all is within reach, and nothing hides behind a long name', async ({
  computer,
}) => {
  await saveProfiles(computer, [
    {
      name: 'Database',
      server: { host: `${'database-primary.'.repeat(8)}example.org`, port: 22, user: 'administrator' },
      login: { method: 'automatic' },
      proxy: { kind: 'socks5', host: 'proxy.example.org', port: 1080, user: '' },
      jumpHosts: [jumpHost],
      forwards: [localForward(42424, { host: 'db', port: 5432 })],
    },
  ]);
  const page = await (await computer.launch()).page();
  const card = cardOf(page, 'Database');
  for (const width of [400, 640, 720, 1100, 1600]) {
    await page.setViewportSize({ width, height: 760 });
    await test.step(`${width} px`, async () => {
      for (const name of ['Import tunnels…', 'Import from ~/.ssh/config…', 'Export tunnels…', 'New tunnel']) {
        await expect(button(page, name)).toBeInViewport({ ratio: 1 });
        if (name !== 'New tunnel') await expect(button(page, name)).toHaveAttribute('title', name);
      }
      await expect(card.getByText('via proxy.example.org, gate.example.org')).toBeInViewport({ ratio: 1 });
      const isCut = await card
        .getByText('via proxy.example.org')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
      expect(isCut, 'the way there is cut').toBe(false);
    });
  }
  await button(card, 'Edit').click();
  for (const width of [400, 640, 720, 1100]) {
    await page.setViewportSize({ width, height: 760 });
    const box = async (label: string) => page.getByLabel(label, { exact: true }).boundingBox();
    const [proxy, port, user] = [await box('Proxy'), await box('Proxy port'), await box('User on the proxy')];
    expect(port?.y, `${width} px`).toBe(proxy?.y);
    const isBelow = (user?.y ?? 0) >= (proxy?.y ?? 0) + (proxy?.height ?? 0);
    expect(user?.y === proxy?.y || isBelow, `${width} px: the fields stand on one line or in two rows`).toBe(
      true,
    );
  }
});
