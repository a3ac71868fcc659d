import { expect, type Locator, type Page } from '@playwright/test';

/** A button by its whole name: `Start` is not `Start all`. */
export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

/** A tunnel's card. */
export function cardOf(page: Page, name: string): Locator {
  return page.getByRole('article', { name, exact: true });
}

export function dialogOf(page: Page, name: string): Locator {
  return page.getByRole('dialog', { name, exact: true });
}

/** Goes to one of the two places of the navigation. */
export async function visit(page: Page, place: 'Tunnels' | 'Listeners'): Promise<void> {
  await button(page.getByRole('navigation'), place).click();
}

/** Waits for the one word that says how the tunnel is. */
export async function expectState(card: Locator, word: string, timeoutMs = 20_000): Promise<void> {
  await expect(card.getByRole('status')).toHaveText(word, { timeout: timeoutMs });
}

/** Starts a tunnel and waits until it is open. */
export async function startAndOpen(card: Locator): Promise<void> {
  await button(card, 'Start').click();
  await expectState(card, 'Open');
}

/** Fills in the fields of these labels: in a forward's group, or in the whole form. */
export async function fillIn(
  within: Page | Locator,
  values: Readonly<Record<string, string | number>>,
): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await within.getByLabel(label, { exact: true }).fill(String(value));
  }
}
