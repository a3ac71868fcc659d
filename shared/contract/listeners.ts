import { z } from 'zod';
import { systemListenerSchema } from '../listener.ts';
import { command, nothing } from './command.ts';

/** What can be asked about listeners. */
export const listenerCommands = {
  /** Everything that listens on this computer now, our own marked with their tunnel. */
  'listeners.list': command(nothing, z.object({ listeners: z.array(systemListenerSchema) })),
} as const;
