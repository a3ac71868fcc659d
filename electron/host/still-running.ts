import { Notification } from 'electron';

/** What the user is told the first time that the window is closed. */
export function stillRunningWords(hasTray: boolean): string {
  return hasTray
    ? 'Culvert keeps your tunnels running. Its icon in the tray brings this window back, and quits.'
    : 'Culvert keeps your tunnels running. Start it again to bring this window back. To end it, choose Quit in its menu (Alt shows it).';
}

/** Says so in a notification of the system, where there are such; a click brings the window back. */
export function notifyStillRunning(hasTray: boolean, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: 'Culvert', body: stillRunningWords(hasTray), silent: true });
  notification.on('click', onClick);
  notification.show();
}
