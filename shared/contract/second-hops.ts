import { z } from 'zod';
import { hopProposalSchema } from '../second-hop.ts';
import { portSchema } from '../server.ts';
import { command } from './command.ts';

/** What can be asked about second hops; to agree to one changes a profile. */
export const secondHopCommands = {
  /**
   * What a second hop to this remote forward would be, on the server as it is now. Starts none. `port`: where it is
   * wished to listen; null leaves the choice to us.
   */
  'secondHops.propose': command(
    z.object({ id: z.uuid(), forwardId: z.uuid(), port: portSchema.nullable() }),
    hopProposalSchema,
  ),
} as const;
