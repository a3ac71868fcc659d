import type { AppHandlers } from '#shared/contract/index.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/** What a window can ask about connections. The engine has them. */
export function connectionHandlers(
  engine: EngineKeeper,
): Pick<AppHandlers, 'connections.list' | 'connections.end' | 'connections.endAll'> {
  return {
    'connections.list': (input) => engine.call('connections.list', input),
    'connections.end': (input) => engine.call('connections.end', input),
    'connections.endAll': (input) => engine.call('connections.endAll', input),
  };
}
