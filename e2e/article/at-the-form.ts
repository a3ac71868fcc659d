import { type Locator, type Page, test } from '@playwright/test';
import type { CulvertApp } from '../app/support/app.ts';
import { button, cardOf, dialogOf, expectState, fillIn } from '../journeys/support/window.ts';
import type { Sshd } from '../support/sshd.ts';

/** A forward as it is typed into the form. */
export interface TypedForward {
  readonly kind: 'Local' | 'Remote';
  /** Where others are to reach it; the exposure is agreed to. Default: localhost. */
  readonly bindAddress?: '*';
  readonly bindPort: number;
  readonly targetHost: string;
  readonly targetPort: number;
}

/** Makes a tunnel to core by the form, starts it, trusts core's key, and gives its card once it is open. */
export async function digByForm(
  page: Page,
  name: string,
  core: Sshd,
  forward: TypedForward,
): Promise<Locator> {
  return test.step(`a tunnel called ${name} is made, trusted and open`, async () => {
    await button(page, 'New tunnel').click();
    await fillIn(page, { Name: name, Server: 'core', Port: core.port, User: core.user });
    await page.getByLabel('Log in with').selectOption('Key file');
    await page.getByLabel('Key file', { exact: true }).fill(core.identityFile);
    await typeForward(page, 1, forward);
    await button(page, 'Save').click();
    if (forward.bindAddress) await button(dialogOf(page, 'Open to the network'), 'Continue').click();
    const card = cardOf(page, name);
    await button(card, 'Start').click();
    const dialog = dialogOf(page, 'Unknown host key');
    await dialog.getByText(core.hostKeys[0]?.fingerprint ?? '', { exact: true }).waitFor();
    await button(dialog, 'Trust and connect').click();
    await expectState(card, 'Open');
    return card;
  });
}

/** Adds a forward to a tunnel by its form. */
export async function addForward(page: Page, card: Locator, forward: TypedForward): Promise<void> {
  await button(card, 'Edit').click();
  await button(page, 'Add forward').click();
  await typeForward(page, 2, forward);
  await button(page, 'Save').click();
}

/** Quits the app in order, while there still is a world to say goodbye to. */
export async function quit(app: CulvertApp): Promise<void> {
  const code = await app.close();
  if (code !== 0) throw new Error(`Culvert ended with ${code}.`);
}

async function typeForward(page: Page, number: number, forward: TypedForward): Promise<void> {
  const group = page.getByRole('group', { name: `Forward ${number}`, exact: true });
  await group.getByLabel('Kind').selectOption(forward.kind);
  if (forward.bindAddress) await fillIn(group, { 'Bind address': forward.bindAddress });
  await fillIn(group, {
    'Bind port': forward.bindPort,
    'Target host': forward.targetHost,
    'Target port': forward.targetPort,
  });
}
