import { agentCommands } from './agent.ts';
import { connectionCommands } from './connections.ts';
import { ghostCommands } from './ghosts.ts';
import { hostKeyCommands } from './host-keys.ts';
import { listenerCommands } from './listeners.ts';
import { probeCommands } from './probe.ts';
import { publicKeyCommands } from './public-keys.ts';
import { secondHopCommands } from './second-hops.ts';
import { sshConfigCommands } from './ssh-config.ts';

/** What the window asks and the engine answers; main only passes it on. */
export const passedOnCommands = {
  ...listenerCommands,
  ...ghostCommands,
  ...hostKeyCommands,
  ...secondHopCommands,
  ...probeCommands,
  ...connectionCommands,
  ...sshConfigCommands,
  ...agentCommands,
  ...publicKeyCommands,
} as const;
