import { z } from 'zod';
import { probeOutcomeSchema, probeRequestSchema } from '../probe.ts';
import { command } from './command.ts';

/** How a forward can be tested. */
export const probeCommands = {
  /**
   * Sends one connection through a forward and gives what came back, within 8 s; and another one by
   * its second hop, if that is open, within 8 s more. Refused with `notFound` for a forward
   * that does not run, with `notNow` while it is being tested already, and with `invalid` where a SOCKS forward is
   * given no target.
   */
  'forwards.probe': command(
    probeRequestSchema.extend({ id: z.uuid(), forwardId: z.uuid() }),
    probeOutcomeSchema,
  ),
} as const;
