import { contextBridge, ipcRenderer } from 'electron';
import type { Api } from '#shared/contract/index.ts';
import { CALL_CHANNEL, eventChannel, isCommandName, isEventName } from '#shared/contract/names.ts';

/**
 * The only bridge between the window and main: one channel for commands, one for each event, names from the
 * allow-list. Schemas stay out of it; main parses everything anyway, and this file is loaded with every window.
 */
const api: Api = {
  call(name, input) {
    if (!isCommandName(name)) return Promise.reject(new Error('There is no such command.'));
    return ipcRenderer.invoke(CALL_CHANNEL, name, input);
  },
  on(name, listener) {
    if (!isEventName(name)) throw new Error('There is no such event.');
    // Electron's own event object stays here: it reaches into ipcRenderer.
    const deliver = (_event: unknown, payload: Parameters<typeof listener>[0]) => listener(payload);
    ipcRenderer.on(eventChannel(name), deliver);
    return () => {
      ipcRenderer.off(eventChannel(name), deliver);
    };
  },
};

contextBridge.exposeInMainWorld('culvert', api);
