import type { Handlers } from '#shared/contract/command.ts';
import type { passedOnCommands } from '#shared/contract/passed-on.ts';
import type { EngineKeeper } from './engine-keeper.ts';

/**
 * What the engine answers itself: it has both ends of every tunnel, and a slow look at one of them holds up no window.
 * Written out, because the compiler then sees of each that what its schema made of the input may be sent as input again;
 * a loop over the list would need a cast that hides it.
 */
export function passedOnHandlers({ call }: EngineKeeper): Handlers<typeof passedOnCommands> {
  return {
    'listeners.list': (input) => call('listeners.list', input),
    'listeners.listServer': (input) => call('listeners.listServer', input),
    'hostKeys.removeLine': (input) => call('hostKeys.removeLine', input),
    'ghosts.end': (input) => call('ghosts.end', input),
    'secondHops.propose': (input) => call('secondHops.propose', input),
    'forwards.probe': (input) => call('forwards.probe', input),
    'connections.list': (input) => call('connections.list', input),
    'connections.end': (input) => call('connections.end', input),
    'connections.endAll': (input) => call('connections.endAll', input),
    'sshConfig.hosts': (input) => call('sshConfig.hosts', input),
    'sshConfig.host': (input) => call('sshConfig.host', input),
    'agent.keys': (input) => call('agent.keys', input),
    'publicKeys.list': (input) => call('publicKeys.list', input),
    'publicKeys.install': (input) => call('publicKeys.install', input),
  };
}
