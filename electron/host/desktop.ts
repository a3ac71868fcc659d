import { homedir } from 'node:os';
import { join } from 'node:path';
import { type BrowserWindow, clipboard, dialog, type OpenDialogOptions } from 'electron';
import type { Desktop } from '../app/desktop.ts';
import { loginItem } from './login-item.ts';
import { createVault } from './vault.ts';

/** The parts of this desktop that the use cases need; dialogs belong to the window that `dialogParent` gives. */
export function createDesktop(dialogParent: () => BrowserWindow | null): Desktop {
  return {
    secretBox: createVault(),
    loginItem,
    async chooseKeyFile() {
      const parent = dialogParent();
      const { canceled, filePaths } = await (parent
        ? dialog.showOpenDialog(parent, keyFileDialog())
        : dialog.showOpenDialog(keyFileDialog()));
      return canceled ? null : (filePaths[0] ?? null);
    },
    copyText: (text) => clipboard.writeText(text),
  };
}

function keyFileDialog(): OpenDialogOptions {
  return {
    title: 'Choose a key file',
    defaultPath: join(homedir(), '.ssh'),
    properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
  };
}
