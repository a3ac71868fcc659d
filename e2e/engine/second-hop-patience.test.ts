import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { HOP_TOOLS } from '#shared/second-hop.ts';
import { eventually } from '../support/eventually.ts';
import { hopBench } from '../support/hop-bench.ts';
import { startLagClock } from '../support/machine-lag.ts';
import { isListening } from '../support/tcp-client.ts';

const bench = hopBench();

// In a file of its own: what is measured here is measured by this process, which must have nothing else to do.
describe.concurrent.each(HOP_TOOLS)('a hop by %s', (tool) => {
  it('goes on as long as it is told, and ends within 5 s when nobody tells it any more', async () => {
    const { beat, stopTelling, port, shell } = await bench.start(['dash'], tool);
    const client = net.connect({ host: '127.0.0.1', port });
    client.on('error', () => {});
    client.write('x');
    await once(client, 'data');
    const startedAt = performance.now();
    // Longer than its patience.
    await eventually(() => expect(performance.now() - startedAt).toBeGreaterThan(5_000));
    expect(await isListening(port)).toBe(true);
    stopTelling();
    const clock = startLagClock();
    beat();
    await Promise.all([once(client, 'close'), once(shell, 'exit')]);
    expect(await clock.elapsedMs()).toBeLessThan(5_000);
    expect(await isListening(port)).toBe(false);
  });
});
