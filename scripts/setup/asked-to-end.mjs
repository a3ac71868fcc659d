// The ways in which a command of ours is told to end: a signal, or the death of the npm that ran it.

const parentPollMs = 1_000;

/**
 * Calls `end` once for every signal, and once when our parent process has died: npm passes a SIGTERM to the shell
 * between us, which dies of it without passing it on.
 *
 * @param {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void} end
 * @returns {() => void} stops listening
 */
export function onAskedToEnd(end) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, end);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end('SIGTERM');
  }, parentPollMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, end);
  };
}
