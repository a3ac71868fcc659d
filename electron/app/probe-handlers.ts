import type { AppHandlers } from '#shared/contract/index.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/** What comes back through a forward; the engine holds both its ends. */
export function probeHandlers(engine: EngineKeeper): Pick<AppHandlers, 'forwards.probe'> {
  return {
    'forwards.probe': (input) => engine.call('forwards.probe', input),
  };
}
