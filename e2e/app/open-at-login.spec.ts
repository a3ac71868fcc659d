import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../support/eventually.ts';
import { expect, test } from './support/app.ts';

test('what is started at login is this same Culvert with this same data', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const choice = page.getByRole('switch', { name: 'Open Culvert at login' });
  await choice.click();
  await expect(choice).toBeChecked();
  const file = path.join(computer.home, '.config', 'autostart', 'culvert.desktop');
  const entry = await readFile(file, 'utf8');
  const logged = await app.log();
  await app.close();

  // A desktop undoes the escapes of the file's format and then those of the command, which are a shell's.
  const exec = /^Exec=(.*)$/m.exec(entry)?.[1]?.replaceAll('\\\\', '\\').replaceAll('%%', '%') ?? '';
  expect(exec).toContain('--hidden');
  const started = spawn('sh', ['-c', `exec ${exec}`], { env: computer.command().env, stdio: 'ignore' });
  const ended = once(started, 'exit');
  try {
    const log = path.join(computer.userData, 'culvert.log');
    await eventually(async () =>
      (await readFile(log, 'utf8')).slice(logged.length).includes('The engine runs'),
    );
  } finally {
    started.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);

  const again = await computer.launch();
  const stillChosen = (await again.page()).getByRole('switch', { name: 'Open Culvert at login' });
  await expect(stillChosen).toBeChecked();
  await stillChosen.click();
  await expect(stillChosen).not.toBeChecked();
  await expect(access(file)).rejects.toThrow();
});
