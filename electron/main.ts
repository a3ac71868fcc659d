import { join } from 'node:path';
import { app, protocol, shell } from 'electron';
import { createApp } from './app/create-app.ts';
import { createPracticeIdentity } from './engine/practice/practice-identity.ts';
import { registerAppScheme, serveApp } from './host/app-protocol.ts';
import { settlesWithin } from './host/deadline.ts';
import { createDesktop } from './host/desktop.ts';
import { openDocumentWriter } from './host/document-writer.ts';
import { endPrograms } from './host/end-programs.ts';
import { createEngineHost } from './host/engine-host.ts';
import { findEnvironment } from './host/environment.ts';
import { harden } from './host/hardening.ts';
import { createBroadcast, refuseCommands, serveCommands } from './host/ipc.ts';
import { openVault } from './host/keychain/vault.ts';
import { openLog } from './host/log.ts';
import { isStartedHidden } from './host/login-item.ts';
import { type MenuActions, setApplicationMenu } from './host/menu.ts';
import { watchForWake } from './host/power.ts';
import { PromptCaller } from './host/prompt-caller.ts';
import { quitInOrder } from './host/quit.ts';
import { chooseUserDataFolder, claimUserDataFolder, onStartedAgain } from './host/single-instance.ts';
import { notifyStillRunning, stillRunningWords } from './host/still-running.ts';
import { createTrayIcon } from './host/tray.ts';
import { findTray, watchTray } from './host/tray-presence/tray-presence.ts';
import { summarize } from './host/tray-sign.ts';
import { TunnelWatch } from './host/tunnel-watch.ts';
import { watchFiles } from './host/watch-files.ts';
import { createMainWindow } from './host/window.ts';

/*
 * Composition root: puts the use cases, the engine and the desktop together. Wiring only; whatever decides
 * something lives in a file of its own.
 */

/** How long the engine may take to close its tunnels, in milliseconds. */
const SHUT_DOWN_TIMEOUT_MS = 5_000;

chooseUserDataFolder();
if (claimUserDataFolder()) {
  // For every renderer to come, whatever its window says. As root Chromium runs only without its sandbox, and
  // asking for both starts processes that end at once.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  // Not awaited: Electron gets ready only once this module is evaluated.
  void start();
} else {
  process.stderr.write(
    'Culvert is running already with this user data folder; its window comes to the front.\n',
  );
  app.exit(0);
}

async function start(): Promise<void> {
  const userData = app.getPath('userData');
  const built = join(import.meta.dirname, '..');
  const logFile = join(userData, 'culvert.log');
  const log = openLog({
    path: logFile,
    ...(app.isPackaged ? {} : { echo: (line) => process.stderr.write(line) }),
  });
  process.on('uncaughtException', (error) => log.error('Something failed unexpectedly', error));
  process.on('unhandledRejection', (error) => log.error('Something failed unexpectedly', error));

  let hasTray = false;
  const [isTrayFound] = await Promise.all([findTray(), app.whenReady()]);
  log.info(`Culvert ${app.getVersion()} on Electron ${process.versions.electron}, ${process.platform}.`);
  harden(log);
  serveApp(protocol, join(built, 'renderer'), log);

  const window = createMainWindow({
    preload: join(built, 'preload', 'preload.cjs'),
    icon: join(import.meta.dirname, 'icons', 'app.png'),
    boundsFile: join(userData, 'window.json'),
    boundsWriter: openDocumentWriter(join(userData, 'window.json')),
    log,
    onHidden() {
      if (!culvert.windowClosed()) return;
      culvert.notify('info', stillRunningWords(hasTray));
      notifyStillRunning(hasTray, window.show);
    },
  });
  const prompts = new PromptCaller(window.show);
  const tunnels = new TunnelWatch((changed, all) => {
    tray.setSummary(summarize(all));
    if (changed) prompts.note(changed);
  });
  const broadcast = createBroadcast(window.contents);

  const vault = await openVault(() => culvert.keychainChanged());
  const engine = createEngineHost({
    modulePath: join(import.meta.dirname, 'engine-process.js'),
    log,
    requests: { 'secrets.find': (input) => culvert.engineHandlers['secrets.find'](input) },
    onEvent: (name, payload) => culvert.onEngineEvent(name, payload),
    onReady: (link) => culvert.engineReady(link),
    onLost: () => culvert.engineLost(),
  });
  const culvert = createApp({
    folder: userData,
    openWriter: openDocumentWriter,
    desktop: createDesktop(vault, window.dialogParent),
    environment: findEnvironment(isTrayFound),
    createPracticeIdentity,
    watchFiles,
    startEngine: engine.start,
    endPrograms,
    endHungEngine: engine.endHung,
    onEvent(name, payload) {
      broadcast(name, payload);
      tunnels.note(name, payload);
    },
    onMenu(entries) {
      tray.setEntries(entries);
      setApplicationMenu(entries, actions);
    },
    log: (level, message) => log[level](message),
    now: Date.now,
  });

  const actions: MenuActions = {
    toggle(id) {
      prompts.expect(id);
      void culvert.toggle(id);
    },
    act(action) {
      switch (action) {
        case 'startAll':
          return void culvert.handlers['tunnels.startAll'](null);
        case 'stopAll':
          return void culvert.handlers['tunnels.stopAll'](null);
        case 'show':
          return window.show();
        case 'quit':
          return app.quit();
      }
    },
    goTo(to) {
      window.show();
      broadcast('app.navigate', { to });
    },
    showLog: () => shell.showItemInFolder(logFile),
  };
  const tray = createTrayIcon({
    iconFolder: join(import.meta.dirname, 'icons'),
    actions,
    onClick: window.show,
  });

  serveCommands({ handlers: culvert.handlers, log, windows: window.contents });
  setApplicationMenu(culvert.menu(), actions);
  const stopWatchingTray = watchTray((isPresent) => {
    hasTray = isPresent;
    log.info(isPresent ? 'There is a tray.' : 'There is no tray.');
    tray.setPresent(isPresent);
    culvert.setTray(isPresent);
  });
  const stopWatchingForWake = watchForWake(culvert.wake);
  quitInOrder({
    log,
    begin() {
      refuseCommands();
      window.letClose();
      stopWatchingTray();
      stopWatchingForWake();
    },
    async close() {
      const isClosed = await settlesWithin(SHUT_DOWN_TIMEOUT_MS, culvert.close());
      if (!isClosed) log.warning('The engine did not close its tunnels in time.');
      await engine.close();
      tray.close();
    },
  });
  onStartedAgain(window.show);
  app.on('activate', window.show);

  culvert.open();
  // Without a tray nobody would find a Culvert that has no window.
  if (!isStartedHidden() || !isTrayFound) window.show();
}
