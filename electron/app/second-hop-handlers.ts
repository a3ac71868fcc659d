import type { AppHandlers } from '#shared/contract/index.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/** What a second hop would be; the engine has the session to ask over. */
export function secondHopHandlers(engine: EngineKeeper): Pick<AppHandlers, 'secondHops.propose'> {
  return {
    'secondHops.propose': (input) => engine.call('secondHops.propose', input),
  };
}
