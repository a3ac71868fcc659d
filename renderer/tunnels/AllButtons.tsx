import { Play, Square } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { useAppStore } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import { startable, stoppable } from './all-of-found.ts';

interface AllButtonsProps {
  /** The tunnels that a search has found and that are meant then; null while nothing is searched for. */
  readonly found: readonly string[] | null;
}

/** Starts or stops every tunnel on show. */
export function AllButtons({ found }: AllButtonsProps) {
  return (
    <>
      <Button title={found === null ? undefined : `Starts ${meant(found)}`} onClick={() => startAll(found)}>
        <Play aria-hidden="true" />
        Start all
      </Button>
      <Button title={found === null ? undefined : `Stops ${meant(found)}`} onClick={() => stopAll(found)}>
        <Square aria-hidden="true" />
        Stop all
      </Button>
    </>
  );
}

function meant({ length }: readonly string[]): string {
  return length === 1 ? 'the one tunnel found' : `the ${length} tunnels found`;
}

function startAll(found: readonly string[] | null): void {
  if (found === null) void run('tunnels.startAll', null);
  else for (const id of startable(useAppStore.getState(), found)) void run('tunnels.start', { id });
}

function stopAll(found: readonly string[] | null): void {
  if (found === null) void run('tunnels.stopAll', null);
  else for (const id of stoppable(useAppStore.getState(), found)) void run('tunnels.stop', { id });
}
