import { expect, type Locator, type Page } from '@playwright/test';
import { button, dialogOf } from '../journeys/support/window.ts';
import type { Sshd } from '../support/sshd.ts';

/**
 * Digs the article's second hop on core, `ssh -L 43000:localhost:42000 -g`, from the warning on the card: whoever dials
 * core at 43000 gets to its loopback at 42000. `shoot` is called while the dialog shows.
 */
export async function digSecondHop(
  page: Page,
  card: Locator,
  core: Sshd,
  shoot: () => Promise<void>,
): Promise<void> {
  await expect(card.getByRole('alert')).toContainText('core opened this port only on itself.');
  await button(card, 'Dig a second hop…').click();
  const dialog = dialogOf(page, 'Dig a second hop on core');
  await expect(dialog.getByLabel('Port on the server')).toHaveValue('43000');
  await expect(dialog).toContainText(`It runs there as ${core.user}`);
  await expect(dialog).toContainText('socat TCP-LISTEN:43000,fork,reuseaddr TCP4:127.0.0.1:42000');
  await expect(dialog).toContainText('A firewall exists for a purpose.');
  await expect(dialog).toContainText('GatewayPorts clientspecified');
  await shoot();
  await button(dialog, 'Run this on core').click();
  await expect(card).toContainText('Second hop core *:43000 open for anyone who can reach the server');
}
