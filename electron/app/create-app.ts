import { randomUUID } from 'node:crypto';
import type { Emits, Handlers } from '#shared/contract/command.ts';
import type { engineRequests } from '#shared/contract/engine.ts';
import type { AppHandlers, Events } from '#shared/contract/index.ts';
import type { PracticeIdentity } from '#shared/practice.ts';
import { succeed } from '#shared/result.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { isRunning } from '#shared/tunnel-words.ts';
import type { OpenWriter } from '../storage/atomic-writer.ts';
import { HostKeySightings } from '../storage/host-key-sightings.ts';
import { PracticeStore } from '../storage/practice-store.ts';
import { ProfileStore } from '../storage/profile-store.ts';
import { SecretStore } from '../storage/secret-store.ts';
import { SettingsStore } from '../storage/settings-store.ts';
import type { StoragePlace } from '../storage/stored-document.ts';
import { WantedStore } from '../storage/wanted-store.ts';
import { appHandlers } from './app-handlers.ts';
import type { Desktop } from './desktop.ts';
import { engineEventSink } from './engine-events.ts';
import { EngineHealth } from './engine-health.ts';
import { EngineKeeper } from './engine-keeper.ts';
import type { EngineEventSink, EngineLink } from './engine-link.ts';
import { EnvironmentWatch, type HostEnvironment } from './environment-watch.ts';
import { ExposureKeeper } from './exposure-keeper.ts';
import { HostFollower, type WatchFiles } from './host-follower.ts';
import { notWrittenWords } from './host-key-not-written.ts';
import { HostKeyTrust } from './host-key-trust.ts';
import { LoginChecks } from './login-check-handlers.ts';
import { MenuWatch } from './menu-watch.ts';
import { NoticeBoard } from './notice-board.ts';
import { passedOnHandlers } from './passed-on-handlers.ts';
import { PracticeKeeper } from './practice-keeper.ts';
import { profileHandlers } from './profile-handlers.ts';
import { promptHandlers } from './prompt-handlers.ts';
import { secretHandlers } from './secret-handlers.ts';
import { SecretKeeper } from './secret-keeper.ts';
import { transferHandlers } from './transfer-handlers.ts';
import { type TrayEntry, trayModel } from './tray-model.ts';
import { tunnelHandlers } from './tunnel-handlers.ts';
import { TunnelLog } from './tunnel-log.ts';
import { TunnelMirror } from './tunnel-mirror.ts';
import { TunnelRunner } from './tunnel-runner.ts';
import { unreadableWords } from './unreadable-secrets.ts';

/** What the app needs from outside. */
export interface AppOptions {
  /** The user data folder; this process must be its only user. */
  readonly folder: string;
  readonly openWriter: OpenWriter;
  readonly desktop: Desktop;
  readonly environment: HostEnvironment;
  createPracticeIdentity(): PracticeIdentity;
  readonly watchFiles: WatchFiles;
  /** Begins to start an engine process, which ends in `engineReady` or `engineLost`. */
  startEngine(): void;
  /** Ends the process groups of these leaders, at once, whoever of them is left. */
  endPrograms(leaders: readonly number[]): void;
  /** Ends an engine process that hangs, at once; `engineLost` follows. */
  endHungEngine(): void;
  /** Tells every window. */
  readonly onEvent: Emits<Events>;
  /** The tray's and the menu's entries have changed. */
  onMenu(entries: readonly TrayEntry[]): void;
  /** A line for the log; no secret is ever in it. */
  log(level: 'info' | 'warning' | 'error', message: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The use cases, whole. */
export interface App {
  /** One for each command that a window can give. */
  readonly handlers: AppHandlers;
  /** One for each thing that the engine asks. */
  readonly engineHandlers: Handlers<typeof engineRequests>;
  /** Takes in what the engine tells. */
  readonly onEngineEvent: EngineEventSink;
  /** Begins: asks for an engine and starts what is wanted as soon as it is there. Call it once. */
  open(): void;
  engineReady(link: EngineLink): void;
  /** The engine process ended, or did not come up. Another is asked for, unless that happens too often. */
  engineLost(): void;
  /** The computer woke up, or its network changed. */
  wake(): void;
  menu(): readonly TrayEntry[];
  /** Starts a tunnel that is off, stops one that is on. */
  toggle(id: string): Promise<void>;
  /** The keychain was unlocked, say. */
  keychainChanged(): void;
  /** A tray came or went. */
  setTray(found: boolean): void;
  /** The window was closed; true if the user must be told that tunnels keep running: the first time only. */
  windowClosed(): boolean;
  /** Shows a notice to the user. */
  notify(tone: 'info' | 'warning', text: string): void;
  /** Closes every tunnel; resolves when their sockets are closed. What is wanted stays so. */
  close(): Promise<void>;
}

/** Composes the use cases over the files in the user data folder. */
export function createApp(options: AppOptions): App {
  const { folder, desktop, onEvent, log, now } = options;

  const notices = new NoticeBoard((list) => onEvent('notices.changed', { notices: [...list] }));
  const tell = (text: string) => {
    log('warning', text);
    notices.add('warning', text);
  };
  const place: StoragePlace = { folder, openWriter: options.openWriter, tell, now };
  const profiles = new ProfileStore(place);
  const settings = new SettingsStore(place);
  const sightings = new HostKeySightings(place);
  const secrets = new SecretKeeper({
    store: new SecretStore(place),
    box: desktop.secretBox,
    tell,
    onUnreadable: tellUnreadable,
  });
  function tellUnreadable(slots: readonly SecretSlot[]): void {
    if (slots.length === 0) {
      notices.dismiss(KEYCHAIN_TOPIC);
      return;
    }
    log('warning', `${slots.length} kept secrets cannot be read.`);
    const words = unreadableWords(slots, profiles.list(), desktop.secretBox.keychain);
    notices.add('warning', words, KEYCHAIN_TOPIC);
  }

  const environment = new EnvironmentWatch({
    host: options.environment,
    ours: () => ({
      userDataFolder: folder,
      keychain: desktop.secretBox.keychain,
      profilesReadOnly: profiles.readOnlyReason(),
    }),
    onChange: (changed) => onEvent('environment.changed', changed),
  });
  const tunnelLog = new TunnelLog(
    (line) => log('info', line),
    (id) => profiles.find(id)?.name ?? 'login check',
  );
  const mirror = new TunnelMirror((snapshot) => {
    tunnelLog.note(snapshot);
    onEvent('tunnel.changed', snapshot);
    menuWatch.look();
  });
  const menu = () => trayModel(profiles.list(), (id) => mirror.get(id));
  const menuWatch = new MenuWatch(menu, options.onMenu);
  const onProfilesChanged = () => {
    onEvent('profiles.changed', { profiles: [...profiles.list()] });
    menuWatch.look();
  };
  const onRemoved = (id: string) => {
    tunnelLog.forget(id);
    onEvent('tunnel.removed', { id });
  };

  const engine = new EngineKeeper(options.startEngine, now);
  const practice = new PracticeKeeper({
    profiles,
    store: new PracticeStore(place),
    engine,
    createIdentity: options.createPracticeIdentity,
    onProfilesChanged,
    tell,
  });
  const exposures = new ExposureKeeper({ profiles, onChanged: onProfilesChanged, tell });
  const runner = new TunnelRunner({
    profiles,
    wanted: new WantedStore(place),
    engine,
    mirror,
    practice,
    now,
    onStopped: (ids) => exposures.stopped(ids),
    tell,
  });
  const hostKeys = new HostKeyTrust({ engine, mirror, now });
  const follower = new HostFollower({
    profiles,
    engine,
    watchFiles: options.watchFiles,
    async onFollowed({ id, name, followedHost }) {
      log('info', `“${name}” follows a change of Host ${followedHost?.host}.`);
      onProfilesChanged();
      await runner.updateFollowed(id);
    },
    complain: (texts) => notices.keep('warning', texts, FOLLOW_TOPIC),
  });
  const checks = new LoginChecks({ engine, mirror, practice, onRemoved });
  let { toldAboutClosing } = settings.get();
  const health = new EngineHealth({
    notices,
    mirror,
    endPrograms: options.endPrograms,
    endHungEngine: options.endHungEngine,
    log,
    now,
  });

  return {
    handlers: {
      ...appHandlers({
        desktop,
        settings,
        notices,
        snapshot: () => ({
          profiles: [...profiles.list()],
          tunnels: profiles.list().map(({ id }) => mirror.get(id)),
          settings: settings.get(),
          notices: [...notices.list()],
          environment: environment.get(),
        }),
        onSettings: (changed) => onEvent('settings.changed', changed),
      }),
      ...profileHandlers({
        profiles,
        runner,
        practice,
        engine,
        exposures,
        onTried(result) {
          if (result.ok) onProfilesChanged();
          if (result.ok && follower.follows(result.value.id)) void follower.look(result.value.id);
          environment.look();
        },
        onAdded: (id) => onEvent('tunnel.changed', mirror.get(id)),
        onRemoved,
      }),
      ...tunnelHandlers(runner, follower),
      ...transferHandlers({
        desktop,
        profiles,
        engine,
        isOn: (id) => isRunning(mirror.get(id).state.status),
        newId: randomUUID,
        onTried(result) {
          if (result.ok) onProfilesChanged();
          environment.look();
        },
        onAdded: (id) => onEvent('tunnel.changed', mirror.get(id)),
        stop: (id) => runner.stop(id),
        onReplaced: (id) => runner.update(id),
        onFollowing: () => void follower.look(),
      }),
      ...secretHandlers(secrets),
      ...promptHandlers({ engine, mirror, secrets, hostKeys }),
      ...checks.handlers,
      ...passedOnHandlers(engine),
      'hostKeys.lastProved': async ({ knownAs, fingerprint }) =>
        succeed({ at: sightings.lastProved(knownAs, fingerprint) }),
    },
    engineHandlers: { 'secrets.find': async ({ slot }) => succeed(await secrets.find(slot)) },
    onEngineEvent: engineEventSink({
      engine,
      profiles,
      mirror,
      runner,
      checks,
      secrets,
      hostKeys,
      exposures,
      onPrograms: (leaders) => health.setPrograms(leaders),
      onEvent,
      onHostKeyProved: (knownAs, fingerprint) => sightings.note(knownAs, fingerprint, now()),
      onHostKeyNotWritten: (told) =>
        notices.add('warning', notWrittenWords(told), `not written ${told.knownAs}`),
      log,
    }),

    open() {
      void secrets.look();
      runner.resume();
      engine.start();
      menuWatch.look();
    },
    engineReady(link) {
      engine.ready(link);
      health.begin(link);
      // What a tunnel follows must be known before it starts.
      if (follower.follows()) void follower.look().then(() => runner.engineReady());
      else void runner.engineReady();
    },
    engineLost() {
      const end = health.processEnded();
      const verdict = engine.lost();
      if (verdict === null) return;
      practice.engineLost();
      secrets.letGoAll();
      runner.engineLost(verdict);
      checks.engineLost();
      health.tellLost(verdict, end);
    },
    wake() {
      void engine.call('engine.wake', null);
    },
    menu,
    async toggle(id) {
      const isOn = isRunning(mirror.get(id).state.status);
      const done = await (isOn ? runner.stop(id) : runner.start(id));
      if (!done.ok) tell(done.error.message);
    },
    keychainChanged() {
      environment.look();
      tellUnreadable(secrets.unreadable());
      void secrets.look();
    },
    setTray: (found) => environment.setTray(found),
    windowClosed() {
      if (toldAboutClosing) return false;
      toldAboutClosing = true;
      const changed = settings.change({ toldAboutClosing: true });
      if (changed.ok) onEvent('settings.changed', changed.value);
      return true;
    },
    notify: (tone, text) => notices.add(tone, text),
    async close() {
      follower.close();
      runner.close();
      menuWatch.close();
      health.close();
      await engine.close();
    },
  };
}

/** What concerns the keychain replaces what was said of it before. */
const KEYCHAIN_TOPIC = 'keychain';

/** What profiles that follow Hosts complain of. */
const FOLLOW_TOPIC = 'follow';
