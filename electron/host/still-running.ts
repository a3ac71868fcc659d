import { app, dialog, Notification } from 'electron';

/** What the user is told the first time that the window is closed. */
export function stillRunningWords(hasTray: boolean): string {
  return hasTray
    ? 'Culvert keeps your tunnels running. Its icon in the tray brings this window back, and quits.'
    : 'Culvert keeps your tunnels running. Start it again to bring this window back. To end it, choose Quit in its menu (Alt shows it).';
}

/**
 * Says so in a notification of the system; a click brings the window back. Where there are none, and no tray icon to
 * see either, in a box of its own: else Culvert would seem to have ended.
 */
export function notifyStillRunning(hasTray: boolean, onClick: () => void): void {
  if (!Notification.isSupported()) {
    if (!hasTray) void askStillRunning();
    return;
  }
  const notification = new Notification({ title: 'Culvert', body: stillRunningWords(hasTray), silent: true });
  notification.on('click', onClick);
  notification.show();
}

async function askStillRunning(): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'info',
    title: app.name,
    message: 'Culvert keeps your tunnels running.',
    detail: 'Start it again to bring its window back.',
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) app.quit();
}
