import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_CONNECTING, PATIENCE_MS, StartLine } from './start-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeLine() {
  const started: string[] = [];
  const line = new StartLine(async (id) => void started.push(id));
  return { line, started };
}

const names = (count: number) => Array.from({ length: count }, (_none, index) => `t${index}`);

describe('the line of tunnels to start', () => {
  it('lets a few connect at once, and the next whenever one is through, in order', () => {
    const { line, started } = makeLine();
    line.add(names(200));
    expect(started).toEqual(names(MAX_CONNECTING));
    line.settled('t3');
    expect(started).toEqual(names(MAX_CONNECTING + 1));
    for (const name of names(200)) line.settled(name);
    expect(started).toEqual(names(200));
    line.clear();
  });

  it('waits for a silent server no longer than its patience', () => {
    const { line, started } = makeLine();
    line.add(names(MAX_CONNECTING + 1));
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    expect(started).toHaveLength(MAX_CONNECTING);
    vi.advanceTimersByTime(1);
    expect(started).toHaveLength(MAX_CONNECTING + 1);
    line.clear();
  });

  it('starts nothing twice, and nothing that was taken out', () => {
    const { line, started } = makeLine();
    line.add(names(MAX_CONNECTING + 2));
    line.add(names(MAX_CONNECTING + 2));
    line.remove(`t${MAX_CONNECTING}`);
    for (const name of names(MAX_CONNECTING)) line.settled(name);
    expect(started).toEqual([...names(MAX_CONNECTING), `t${MAX_CONNECTING + 1}`]);
    line.clear();
  });

  it('says who was still waiting when it is cleared, and leaves no timer behind', () => {
    const { line, started } = makeLine();
    line.add(names(MAX_CONNECTING + 1));
    expect(line.clear()).toEqual([`t${MAX_CONNECTING}`]);
    expect(vi.getTimerCount()).toBe(0);
    expect(started).toHaveLength(MAX_CONNECTING);
  });
});
