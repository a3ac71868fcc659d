import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { startTestSshServer } from '../../electron/engine/forward/testing/ssh-server.ts';
import { expect, test } from '../app/support/app.ts';
import { createClientKey } from '../support/client-keys.ts';
import { findFreePort } from '../support/free-port.ts';
import { localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, dialogOf, expectState } from './support/window.ts';

test('while a key is on its way to a server, the keyboard stays in the dialog', async ({ computer }) => {
  const key = await createClientKey({ comment: 'ana@laptop' });
  const server = await startTestSshServer();
  try {
    await copyFile(key.publicKeyPath, path.join(computer.sshFolder, 'id_ed25519.pub'));
    const target = { host: '127.0.0.1', port: server.port };
    await saveProfiles(computer, [
      {
        name: 'Mail',
        server: { ...target, user: 'ana' },
        login: { method: 'keyFile', keyFile: key.path },
        forwards: [localForward(await findFreePort(), target)],
      },
    ]);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Mail');
    await button(card, 'Start').click();
    await button(dialogOf(page, 'Unknown host key'), 'Trust and connect').click();
    await expectState(card, 'Open');
    await button(card, 'Edit').click();
    await button(page, 'Install my public key…').press('Enter');
    const dialog = dialogOf(page, 'Install a public key on 127.0.0.1');
    const add = button(dialog, 'Add this line');
    await expect(add).toBeEnabled();
    await add.press('Enter');
    await expect(button(dialog, 'Close')).toBeFocused();
  } finally {
    await server.close();
    await key.close();
  }
});
