import { appCommands, appEvents } from './app.ts';
import type { Calls, Handlers, PayloadOf } from './command.ts';
import { hostKeySightingCommands } from './host-keys.ts';
import { passedOnCommands } from './passed-on.ts';
import { profileCommands, profileEvents } from './profiles.ts';
import { secretCommands } from './secrets.ts';
import { transferCommands } from './transfer.ts';
import { tunnelCommands, tunnelEvents } from './tunnels.ts';

/** Every command that the window can give. */
export const commands = {
  ...appCommands,
  ...profileCommands,
  ...tunnelCommands,
  ...secretCommands,
  ...transferCommands,
  ...passedOnCommands,
  ...hostKeySightingCommands,
} as const;

/** Every event that the window is told. */
export const events = { ...appEvents, ...profileEvents, ...tunnelEvents } as const;

export type Commands = typeof commands;
export type Events = typeof events;
export type CommandName = keyof Commands;
export type EventName = keyof Events;

/** What main must supply. */
export type AppHandlers = Handlers<Commands>;

/** What the preload puts at `window.culvert`. */
export interface Api {
  /** Gives a command; never rejects for an expected failure. */
  readonly call: Calls<Commands>;
  /** Listens for an event until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (payload: PayloadOf<Events, Name>) => void): () => void;
}
