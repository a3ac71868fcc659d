import type { Page } from '@playwright/test';

/** How a window fared while something was done. */
export interface Smoothness {
  /** The lengths of the tasks that took over 50 ms (W3C Long Tasks API), in milliseconds. */
  readonly longTasks: readonly number[];
  /** The time between frames, sorted, in milliseconds. */
  readonly frames: readonly number[];
}

/** Watches the page's tasks and frames meanwhile. */
export async function watchSmoothness(page: Page, act: () => Promise<void>): Promise<Smoothness> {
  const watch = await page.evaluateHandle(() => {
    const longTasks: number[] = [];
    const frames: number[] = [];
    const note = (entries: PerformanceEntryList) => {
      for (const { duration } of entries) longTasks.push(Math.round(duration));
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'longtask' });
    let isOver = false;
    let last = performance.now();
    const onFrame = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (!isOver) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    return {
      end: () => {
        isOver = true;
        note(observer.takeRecords());
        observer.disconnect();
        return { longTasks, frames: frames.sort((a, b) => a - b) };
      },
    };
  });
  await act();
  return watch.evaluate(({ end }) => end());
}

/** The value that so large a part of the sorted numbers does not exceed. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export function nextFrame(page: Page): Promise<void> {
  return page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));
}
