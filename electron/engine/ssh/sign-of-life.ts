/** What is asked: it counts the bytes that arrived, and those of ours that still wait to be sent. */
interface AskedSide {
  readonly bytesRead: number;
  readonly writableLength: number;
  readonly destroyed: boolean;
}

/** So many looks make up the limit. They are counted: in time in which this process did not look, nobody was silent. */
const LOOKS = 20;

/**
 * Asks the other side for a sign of life, and resolves with whether one came: any byte, until `limitMs` passed in which nothing
 * came. The limit begins anew while what we sent before still gets through: then the question waits in its queue.
 */
export function awaitSignOfLife(side: AskedSide, ask: () => void, limitMs: number): Promise<boolean> {
  const heardBefore = side.bytesRead;
  ask();
  return new Promise((resolve) => {
    let waiting = side.writableLength;
    let looksLeft = LOOKS;
    const settle = (isAlive: boolean) => {
      clearInterval(timer);
      resolve(isAlive);
    };
    const look = () => {
      if (side.destroyed) return settle(false);
      if (side.bytesRead !== heardBefore) return settle(true);
      looksLeft = side.writableLength < waiting ? LOOKS : looksLeft - 1;
      waiting = side.writableLength;
      if (looksLeft === 0) settle(false);
    };
    const timer = setInterval(look, limitMs / LOOKS);
  });
}
