import type { AppHandlers } from '#shared/contract/index.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/** Dead sessions on servers; the engine has the live one to reach them over. */
export function ghostHandlers(engine: EngineKeeper): Pick<AppHandlers, 'ghosts.end'> {
  return {
    'ghosts.end': (input) => engine.call('ghosts.end', input),
  };
}
