import type { Calls, Emits } from '#shared/contract/command.ts';
import type { engineCommands, engineEvents } from '#shared/contract/engine.ts';

/** One live engine process, as the app sees it: what can be asked of it. */
export interface EngineLink {
  /** Answers `unavailable` once the process is gone; never rejects and never stays silent. */
  readonly call: Calls<typeof engineCommands>;
}

/** What takes in the engine's events. */
export type EngineEventSink = Emits<typeof engineEvents>;
