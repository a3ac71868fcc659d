import { useEffect, useState } from 'react';

const waiting = new Set<() => void>();
let isGoing = false;

function go(): void {
  if (isGoing) return;
  isGoing = true;
  requestAnimationFrame(next);
}

/** Lets whoever waits longest have its turn, one in each frame. */
function next(): void {
  isGoing = false;
  const [first] = waiting;
  if (!first) return;
  waiting.delete(first);
  first();
  if (waiting.size > 0) go();
}

/**
 * Whether it is this component's turn to draw what is costly. One more has it in each frame, so that a dozen new cards
 * are a dozen short tasks and no long one. False on the first drawing, true for good once the turn has come.
 */
export function useTurn(): boolean {
  const [hasTurn, setTurn] = useState(false);
  useEffect(() => {
    const take = () => setTurn(true);
    waiting.add(take);
    go();
    return () => {
      waiting.delete(take);
    };
  }, []);
  return hasTurn;
}
