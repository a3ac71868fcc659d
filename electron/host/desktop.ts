import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type BrowserWindow,
  clipboard,
  dialog,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';
import type { Desktop, SecretBox } from '../app/desktop.ts';
import { loginItem } from './login-item.ts';

/** The parts of this desktop that the use cases need; dialogs belong to the window that `dialogParent` gives. */
export function createDesktop(secretBox: SecretBox, dialogParent: () => BrowserWindow | null): Desktop {
  return {
    secretBox,
    loginItem,
    homeFolder: homedir(),
    chooseKeyFile: () => chooseFile(dialogParent(), keyFileDialog()),
    chooseImportFile: () => chooseFile(dialogParent(), importDialog()),
    async chooseExportFile() {
      const parent = dialogParent();
      const { canceled, filePath } = await (parent
        ? dialog.showSaveDialog(parent, exportDialog())
        : dialog.showSaveDialog(exportDialog()));
      return canceled || !filePath ? null : filePath;
    },
    copyText: (text) => clipboard.writeText(text),
  };
}

async function chooseFile(parent: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> {
  const { canceled, filePaths } = await (parent
    ? dialog.showOpenDialog(parent, options)
    : dialog.showOpenDialog(options));
  return canceled ? null : (filePaths[0] ?? null);
}

const JSON_FILES = [
  { name: 'JSON', extensions: ['json'] },
  { name: 'All files', extensions: ['*'] },
];

function importDialog(): OpenDialogOptions {
  return { title: 'Import tunnels', filters: JSON_FILES, properties: ['openFile', 'dontAddToRecent'] };
}

function exportDialog(): SaveDialogOptions {
  return {
    title: 'Export tunnels',
    defaultPath: join(homedir(), 'culvert-tunnels.json'),
    filters: JSON_FILES,
    properties: ['showOverwriteConfirmation', 'dontAddToRecent'],
  };
}

function keyFileDialog(): OpenDialogOptions {
  return {
    title: 'Choose a key file',
    defaultPath: join(homedir(), '.ssh'),
    properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
  };
}
