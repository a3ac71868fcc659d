import path from 'node:path';
import type { Page } from '@playwright/test';

/**
 * Renews a picture of the README with `CULVERT_SCREENSHOTS=1`, and does nothing otherwise. The account's name is one of a
 * test; the picture has the article's.
 */
export async function shootForReadme(page: Page, name: string, account: string): Promise<void> {
  if (process.env.CULVERT_SCREENSHOTS !== '1') return;
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.evaluate((user) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      if (node.nodeValue?.includes(user)) node.nodeValue = node.nodeValue.replaceAll(user, 'andre');
    }
  }, account);
  await page.mouse.move(0, 0);
  const file = path.join(import.meta.dirname, '../../docs/images', `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
}
