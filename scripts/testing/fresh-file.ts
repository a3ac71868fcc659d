// Runs before each file of unit tests. They share a process, for a fresh one would cost more than most of them take;
// this gives each file modules of its own, and fails the file that leaves its process other than it found it.
import { afterAll, expect, vi } from 'vitest';

// Modules keep state (a queue, a timer, a store). Packages stay loaded: to load them is what takes time.
vi.resetModules();

const before = processState();
afterAll(() => {
  expect(vi.isFakeTimers(), 'a fake clock is left behind').toBe(false);
  expect(processState()).toEqual(before);
});

function processState() {
  return {
    environment: { ...process.env },
    folder: process.cwd(),
    umask: process.umask(),
    platform: process.platform,
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  };
}
