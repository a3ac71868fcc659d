import { z } from 'zod';
import { agentKeyChoiceSchema, agentSocketSchema } from '../login.ts';
import { command } from './command.ts';

/** One key that an agent offers now. */
export const agentKeySchema = agentKeyChoiceSchema.extend({
  /** `SHA256:…` as `ssh-add -l` prints it. */
  fingerprint: z.string(),
});

export type AgentKey = z.output<typeof agentKeySchema>;

/** What can be asked of the user's SSH agents. No secret can: an agent gives none. */
export const agentCommands = {
  /**
   * The keys of the agent that `socket` names as a profile does; empty: the usual one. Refused with `unavailable` where nobody
   * answers, in a sentence for people.
   */
  'agent.keys': command(
    z.object({ socket: agentSocketSchema }),
    z.object({ keys: z.array(agentKeySchema).max(2048) }),
  ),
} as const;
