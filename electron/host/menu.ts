import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { TrayEntry } from '../app/tray-model.ts';
import { type TunnelsMenuActions, tunnelsMenu } from './tunnels-menu.ts';

/** What the entries that are Culvert's own do. */
export interface MenuActions extends TunnelsMenuActions {
  goTo(place: 'tunnels' | 'listeners' | 'newTunnel' | 'import' | 'importHosts' | 'export'): void;
  /** Shows the log in the system's file manager. */
  showLog(): void;
}

/** Sets the application menu. Its `Tunnels` has the tray's entries, built by the same code. */
export function setApplicationMenu(entries: readonly TrayEntry[], actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template(entries, actions)));
}

function template(entries: readonly TrayEntry[], actions: MenuActions): MenuItemConstructorOptions[] {
  const { goTo, showLog } = actions;
  const isMac = process.platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New tunnel', accelerator: 'CmdOrCtrl+N', click: () => goTo('newTunnel') },
        { type: 'separator' },
        { label: 'Import tunnels…', click: () => goTo('import') },
        { label: 'Import from ~/.ssh/config…', click: () => goTo('importHosts') },
        { label: 'Export tunnels…', click: () => goTo('export') },
        { type: 'separator' },
        { label: 'Close window', role: 'close' },
        // On macOS it stands in the menu that is named after the app.
        ...(isMac ? [] : [{ label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => actions.act('quit') }]),
      ],
    },
    { label: '&Edit', role: 'editMenu' },
    { label: '&Tunnels', submenu: tunnelsMenu(entries, actions) },
    {
      label: '&View',
      submenu: [
        { label: 'Tunnels', accelerator: 'CmdOrCtrl+1', click: () => goTo('tunnels') },
        { label: 'Listeners', accelerator: 'CmdOrCtrl+2', click: () => goTo('listeners') },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...developerItems(),
      ],
    },
    { label: '&Window', role: 'windowMenu' },
    {
      label: '&Help',
      role: 'help',
      submenu: [
        { label: 'Show the log', click: showLog },
        ...(isMac ? [] : [{ label: 'About Culvert', click: () => app.showAboutPanel() }]),
      ],
    },
  ];
}

function developerItems(): MenuItemConstructorOptions[] {
  return app.isPackaged ? [] : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
}
