import { app, type Session, session, type WebContents, type WebPreferences } from 'electron';
import type { Log } from './log.ts';

/** What every window of ours is made with. Some are Electron's defaults; they are named so that they stay. */
export function hardenedPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    // The spell checker fetches dictionaries from the network.
    spellcheck: false,
    devTools: !app.isPackaged,
  };
}

/**
 * Closes every way out of our own page: permissions, navigation, popups, webviews, downloads. Nothing here ever calls
 * `openExternal`: Culvert shows no link that leaves it. Must be called before the first window is made.
 */
export function harden(log: Log): void {
  hardenSession(session.defaultSession, log);
  app.on('session-created', (created) => hardenSession(created, log));
  app.on('web-contents-created', (_event, contents) => hardenContents(contents, log));
  // A client certificate is nothing that a page of ours can be asked for.
  app.on('select-client-certificate', (event, _contents, _url, _list, choose) => {
    event.preventDefault();
    choose();
  });
}

function hardenSession(target: Session, log: Log): void {
  target.setPermissionRequestHandler((_contents, permission, decide) => {
    log.warning(`Refused the permission ${permission}.`);
    decide(false);
  });
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event) => {
    log.warning('Refused a download.');
    event.preventDefault();
  });
}

function hardenContents(contents: WebContents, log: Log): void {
  contents.on('will-navigate', (event) => {
    log.warning(`Refused to navigate to ${event.url.slice(0, 200)}.`);
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame) return;
    log.warning(`Refused to load ${event.url.slice(0, 200)} in a frame.`);
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    log.warning(`Refused a redirect to ${event.url.slice(0, 200)}.`);
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    log.warning('Refused a webview.');
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warning(`Refused to open ${url.slice(0, 200)}.`);
    return { action: 'deny' };
  });
}
