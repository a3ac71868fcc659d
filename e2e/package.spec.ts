import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { startPackagedApp } from './support/packaged-app.ts';
import { createTemporaryFolder } from './support/temporary-folder.ts';

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

test('the package is nobody’s Node: neither the environment nor an argument makes it one', async () => {
  const folder = await createTemporaryFolder('no-node');
  const marker = `${folder.path}/ran`;
  const script = `${folder.path}/required.cjs`;
  await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`);
  const culvert = await startPackagedApp(program, {
    args: ['--inspect=0'],
    env: { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${script}` },
  });
  try {
    await expect(culvert.page.getByRole('button', { name: 'Try the practice server' })).toBeVisible();
    expect(existsSync(marker)).toBe(false);
    expect(culvert.complaints()).not.toContain('Debugger listening');
  } finally {
    await culvert.close();
    await folder.close();
  }
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
