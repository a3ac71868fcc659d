import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { CommandError, Emits } from '#shared/contract/command.ts';
import { dispatch } from '#shared/contract/dispatch.ts';
import { type AppHandlers, commands, type Events } from '#shared/contract/index.ts';
import { CALL_CHANNEL, eventChannel } from '#shared/contract/names.ts';
import { fail, type Result } from '#shared/result.ts';
import { APP_ORIGIN } from './app-url.ts';
import type { Log } from './log.ts';
import { isWithinSize } from './message-size.ts';

/** No command comes near it: a profile is a few thousand characters, copied text at most a million. */
const MAX_INPUT_SIZE = 2_000_000;

interface IpcOptions {
  readonly handlers: AppHandlers;
  readonly log: Log;
  /** The contents of our own windows, and of nothing else. */
  windows(): readonly WebContents[];
}

/** Carries out the commands that come from our own page, and refuses everybody else's. */
export function serveCommands({ handlers, log, windows }: IpcOptions): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown) => {
    if (!isOurPage(event, windows())) {
      log.warning(
        `Refused a command from ${event.senderFrame?.url.slice(0, 200) ?? 'a frame that is gone'}.`,
      );
      return refuse('Only the window of Culvert can give commands.');
    }
    if (!isWithinSize(input, MAX_INPUT_SIZE)) {
      log.warning('Refused a command that is too large.');
      return refuse('That is too much at once.');
    }
    return dispatch(commands, handlers, name, input, (what, error) => {
      log.error(`The command ${what} failed unexpectedly`, error);
    });
  });
}

/** Stops taking commands: from now on every call is rejected. */
export function refuseCommands(): void {
  ipcMain.removeHandler(CALL_CHANNEL);
  ipcMain.handle(CALL_CHANNEL, () => fail({ code: 'unavailable', message: 'Culvert is closing.' }));
}

/** What sends events to all of our windows that show our page. */
export function createBroadcast(windows: () => readonly WebContents[]): Emits<Events> {
  return (name, payload) => {
    for (const contents of windows()) {
      // Between two pages (a reload, a crash) there is nobody to tell; the next page asks for everything anew.
      if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(eventChannel(name), payload);
    }
  };
}

/** Claims that a message comes from the top frame of one of our windows, at our origin. */
function isOurPage(event: IpcMainInvokeEvent, windows: readonly WebContents[]): boolean {
  const frame = event.senderFrame;
  return (
    windows.includes(event.sender) &&
    frame !== null &&
    frame === event.sender.mainFrame &&
    frame.origin === APP_ORIGIN
  );
}

function refuse(message: string): Result<never, CommandError> {
  return fail({ code: 'invalid', message });
}
