import { z } from 'zod';
import { systemListenerSchema } from '../listener.ts';
import { serverLookSchema } from '../server-look.ts';
import { command, nothing } from './command.ts';

/** What can be asked about listeners. */
export const listenerCommands = {
  /** Everything that listens on this computer now, our own marked with their tunnel. */
  'listeners.list': command(nothing, z.object({ listeners: z.array(systemListenerSchema) })),
  /** The same of the server of an open tunnel, over its session; `notNow` while it is not open. */
  'listeners.listServer': command(
    /** `again`: a person asks, who may mean a server that was given up because it said nothing. */
    z.object({ id: z.uuid(), again: z.boolean().optional() }),
    serverLookSchema,
  ),
} as const;
