import { isRunning, startHelps } from '#shared/tunnel-words.ts';
import type { AppState } from '../store/app-state.ts';

type Tunnels = Pick<AppState, 'tunnels'>;

/** Those that a start would help: what does not run, and what runs with forwards missing. */
export function startable({ tunnels }: Tunnels, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => {
    const tunnel = tunnels[id];
    return !tunnel || startHelps(tunnel);
  });
}

/** Those that run. */
export function stoppable({ tunnels }: Tunnels, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => {
    const tunnel = tunnels[id];
    return tunnel !== undefined && isRunning(tunnel.state.status) && tunnel.state.status !== 'stopping';
  });
}
