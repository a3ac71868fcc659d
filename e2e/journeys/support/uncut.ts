import { expect, type Locator } from '@playwright/test';

/** Proves that all of an element's text can be read where it stands: in view, and with nothing of it cut off. */
export async function expectUncut(locator: Locator): Promise<void> {
  await expect(locator).toBeInViewport({ ratio: 1 });
  const isCut = (element: Element) =>
    [element, ...element.querySelectorAll('*')].some(
      ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
        // What is laid out inline has no size of its own.
        clientWidth > 0 && (scrollWidth > clientWidth || scrollHeight > clientHeight + 1),
    );
  await expect.poll(() => locator.evaluate(isCut), 'something of it is cut off').toBe(false);
}
