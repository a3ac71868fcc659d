import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The port at which the practice server's greeter answers through its tunnel. */
export const PRACTICE_PORT = 42424;

/** Makes the practice profile, as a newcomer does; gives its card. */
export async function createPractice(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Try the practice server' }).click();
  const card = page.getByRole('article', { name: 'Practice' });
  await expect(card).toBeVisible();
  return card;
}

/** Makes the practice profile, starts it and waits until it is open and listens; gives its card. */
export async function startPractice(page: Page): Promise<Locator> {
  const card = await createPractice(page);
  await card.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(card.getByRole('status')).toHaveText('Open');
  // Somebody may just have left the port; it is tried again every few seconds.
  await expect(card.getByRole('img', { name: 'Listener: 2 listening' })).toBeVisible({ timeout: 20_000 });
  return card;
}
