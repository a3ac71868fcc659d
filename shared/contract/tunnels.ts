import { z } from 'zod';
import { profileSchema } from '../profile.ts';
import { promptAnswerSchema } from '../prompt.ts';
import { trafficSampleSchema } from '../traffic.ts';
import { tunnelSnapshotSchema } from '../tunnel-state.ts';
import { command, nothing } from './command.ts';

const tunnelId = z.object({ id: z.uuid() });

/** What can be done to tunnels. */
export const tunnelCommands = {
  'tunnels.start': command(tunnelId, nothing),
  'tunnels.stop': command(tunnelId, nothing),
  'tunnels.startAll': command(nothing, nothing),
  'tunnels.stopAll': command(nothing, nothing),
  /** Answers what a tunnel asked. An answer to a prompt that is gone is refused with `notNow`. */
  'prompts.answer': command(
    z.object({ tunnelId: z.uuid(), promptId: z.string().max(100), answer: promptAnswerSchema }),
    nothing,
  ),
  /**
   * Logs in with a profile that need not be saved, opens none of its forwards and logs out again. The
   * attempt is a tunnel of its own: its id is the answer, and its states and prompts arrive as events.
   */
  'login.check': command(z.object({ profile: profileSchema }), z.object({ checkId: z.uuid() })),
  /** Ends a check, whatever its state, and forgets it. */
  'login.endCheck': command(z.object({ checkId: z.uuid() }), nothing),
} as const;

export const tunnelEvents = {
  'tunnel.changed': tunnelSnapshotSchema,
  /** A tunnel is gone: its profile was deleted, or its check has ended. */
  'tunnel.removed': z.object({ id: z.string() }),
  'traffic.sampled': trafficSampleSchema,
} as const;
