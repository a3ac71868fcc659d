import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

const usual = { intervalMs: 1000, countMax: 3 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(policy = usual) {
  const source = { bytesRead: 0 };
  const onSilent = vi.fn<(silentForMs: number) => void>();
  const silence = new SilenceWatch(source, policy, onSilent, () => Date.now());
  return { source, onSilent, silence };
}

describe('a silence watch', () => {
  it.each([0, 1, 124, 125, 126, 999])(
    'speaks up within the limit after a byte at %d ms',
    async (lastByteAt) => {
      const { source, onSilent } = watch();
      await vi.advanceTimersByTimeAsync(lastByteAt);
      source.bytesRead += 1;
      await vi.advanceTimersByTimeAsync(usual.intervalMs * usual.countMax);
      expect(onSilent).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(usual.intervalMs - 1);
      expect(onSilent).toHaveBeenCalledOnce();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(onSilent).toHaveBeenCalledOnce();
    },
  );

  it('is content with one byte now and then', async () => {
    const { source, onSilent } = watch();
    for (let round = 0; round < 20; round += 1) {
      await vi.advanceTimersByTimeAsync(3_000);
      source.bytesRead += 1;
    }
    expect(onSilent).not.toHaveBeenCalled();
  });

  it('does not take time in which it could not look for silence', async () => {
    const { source, onSilent } = watch();
    await vi.advanceTimersByTimeAsync(1_000);
    // The process was stopped for an hour: the clock went on, the timer comes once, before the bytes are read.
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(125);
    expect(onSilent).not.toHaveBeenCalled();
    source.bytesRead += 1;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onSilent).toHaveBeenCalledOnce();
  });

  it('waits no longer than for the next answer when hurried', async () => {
    const { onSilent, silence } = watch();
    await vi.advanceTimersByTimeAsync(500);
    silence.hurry();
    await vi.advanceTimersByTimeAsync(1_400);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(225);
    expect(onSilent).toHaveBeenCalledOnce();
  });

  it('takes what came before the hurry for no answer', async () => {
    const { source, onSilent, silence } = watch();
    await vi.advanceTimersByTimeAsync(60);
    source.bytesRead += 1;
    silence.hurry();
    await vi.advanceTimersByTimeAsync(1_400);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(225);
    expect(onSilent).toHaveBeenCalledOnce();
  });

  it('adds no time that the computer slept to the hurry that follows', async () => {
    const { onSilent, silence } = watch();
    await vi.advanceTimersByTimeAsync(500);
    vi.setSystemTime(Date.now() + 3_600_000);
    silence.hurry();
    await vi.advanceTimersByTimeAsync(1_400);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(225);
    expect(onSilent).toHaveBeenCalledOnce();
  });

  it('is hurried by no more than some seconds, however long the interval', async () => {
    const { onSilent, silence } = watch({ intervalMs: 300_000, countMax: 3 });
    await vi.advanceTimersByTimeAsync(500);
    silence.hurry();
    await vi.advanceTimersByTimeAsync(19_000);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(onSilent).toHaveBeenCalledOnce();
  });

  it('forgets the hurry at the first byte', async () => {
    const { source, onSilent, silence } = watch();
    silence.hurry();
    await vi.advanceTimersByTimeAsync(1_000);
    source.bytesRead += 1;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(onSilent).not.toHaveBeenCalled();
  });

  it('is silent itself once stopped', async () => {
    const { onSilent, silence } = watch();
    silence.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onSilent).not.toHaveBeenCalled();
  });
});
