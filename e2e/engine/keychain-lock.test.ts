import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { askToUnlock, findKeychainLock } from '../../electron/host/keychain/secret-service.ts';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { type Keychain, openKeychain } from '../support/keychain.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const closers = createClosers();
afterEach(() => closers.close());

const placeOf = ({ env }: Pick<Keychain, 'env'>, timeoutMs = 5_000) => ({
  env,
  userId: process.getuid?.() ?? 0,
  timeoutMs,
});

it('tells a locked keychain from an open one and from none', async () => {
  const keychain = await openKeychain();
  closers.add(keychain.close);
  expect(await findKeychainLock(placeOf(keychain))).toBe('unlocked');
  await keychain.lock();
  expect(await findKeychainLock(placeOf(keychain))).toBe('locked');
  expect(await findKeychainLock(placeOf({ env: {} }))).toBe('absent');
});

it('has the desktop ask the user for the password, and is done once the keychain is open', async () => {
  const folder = await createTemporaryFolder('desktop');
  closers.add(folder.close);
  const asked = await installPrompter(folder.path);
  const keychain = await openKeychain({ ...process.env, XDG_DATA_DIRS: folder.path });
  closers.add(keychain.close);
  await keychain.lock();
  await findKeychainLock(placeOf(keychain));
  await expect(access(asked)).rejects.toThrow();
  let isDone = false;
  const asking = askToUnlock(placeOf(keychain, 20_000)).then(() => {
    isDone = true;
  });
  await eventually(() => access(asked));
  expect(isDone).toBe(false);
  await keychain.unlock();
  await asking;
  await eventually(async () => (await findKeychainLock(placeOf(keychain))) === 'unlocked');
});

/** Stands in for the program of GNOME that shows the question: gives the file that it makes when the desktop starts it. */
async function installPrompter(folder: string): Promise<string> {
  const services = path.join(folder, 'dbus-1/services');
  const asked = path.join(folder, 'asked');
  await mkdir(services, { recursive: true });
  const name = 'org.gnome.keyring.SystemPrompter';
  const program = `/bin/sh -c 'touch "${asked}"'`;
  await writeFile(path.join(services, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=${program}\n`);
  return asked;
}
