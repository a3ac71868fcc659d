import type { AppHandlers } from '#shared/contract/index.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/** What listens on this computer or on a server; the engine looks, so that a slow look holds up no window. */
export function listenerHandlers(
  engine: EngineKeeper,
): Pick<AppHandlers, 'listeners.list' | 'listeners.listServer'> {
  return {
    'listeners.list': () => engine.call('listeners.list', null),
    'listeners.listServer': (input) => engine.call('listeners.listServer', input),
  };
}
