import { once } from 'node:events';
import { connect } from 'node:net';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { startPackagedApp } from './support/packaged-app.ts';

/** How a fuse stands in the program: the character 0 or 1. */
const OFF = 0x30;
const ON = 0x31;

const program = process.env.CULVERT_PACKAGED_APP ?? '';

test.beforeAll(() => {
  if (program === '') throw new Error('Run it with: npm test -- package');
});

test('the package gives a first tunnel through the practice server', async () => {
  const culvert = await startPackagedApp(program);
  try {
    const { page } = culvert;
    await page.getByRole('button', { name: 'Try the practice server' }).click();
    const card = page.getByRole('article', { name: 'Practice' });
    await card.getByRole('button', { name: 'Start' }).click();
    await expect(card.getByRole('status')).toHaveText('Open');
    expect(await firstWords(42424)).toMatch(/^\* OK/);
  } finally {
    await culvert.close();
  }
});

test('the package has its fuses set', async () => {
  const { version: _version, ...fuses } = await getCurrentFuseWire(program);
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: OFF,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: OFF,
    [FuseV1Options.EnableNodeCliInspectArguments]: OFF,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: OFF,
    [FuseV1Options.OnlyLoadAppFromAsar]: ON,
    [FuseV1Options.EnableCookieEncryption]: ON,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ON,
  });
});

async function firstWords(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [chunk] = await once(socket, 'data');
    return String(chunk);
  } finally {
    socket.destroy();
  }
}
