import type { Page } from '@playwright/test';

/** Everything that the page's JavaScript still holds, after its garbage is collected, as V8 writes it (JSON, ASCII). */
export async function heapSnapshot(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.enable');
    // What finalizers let go of is garbage only the next time.
    for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    return chunks.join('');
  } finally {
    await session.detach();
  }
}
