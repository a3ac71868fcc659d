import type { AppSnapshot } from '#shared/contract/app.ts';
import type { AppHandlers } from '#shared/contract/index.ts';
import { fail, succeed } from '#shared/result.ts';
import type { Settings } from '#shared/settings.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { Desktop } from './desktop.ts';
import type { NoticeBoard } from './notice-board.ts';

type AppAndSettingsHandlers = Pick<
  AppHandlers,
  'app.snapshot' | 'app.chooseKeyFile' | 'app.copyText' | 'app.dismissNotice' | 'settings.change'
>;

/** What concerns the app as a whole. */
export function appHandlers(options: {
  readonly desktop: Desktop;
  readonly settings: SettingsStore;
  readonly notices: NoticeBoard;
  snapshot(): AppSnapshot;
  onSettings(settings: Settings): void;
}): AppAndSettingsHandlers {
  const { desktop, settings, notices, snapshot, onSettings } = options;
  return {
    async 'app.snapshot'() {
      return succeed(snapshot());
    },
    async 'app.chooseKeyFile'() {
      return succeed(await desktop.chooseKeyFile());
    },
    async 'app.copyText'({ text }) {
      desktop.copyText(text);
      return succeed(null);
    },
    async 'app.dismissNotice'({ id }) {
      notices.dismiss(id);
      return succeed(null);
    },
    async 'settings.change'({ openAtLogin }) {
      const before = settings.get().openAtLogin;
      try {
        await desktop.loginItem.set(openAtLogin);
      } catch {
        return fail({ code: 'unavailable', message: 'This computer did not take that setting.' });
      }
      const changed = settings.change({ openAtLogin });
      if (changed.ok) onSettings(changed.value);
      // What is shown and what happens at login must not differ.
      else await desktop.loginItem.set(before).catch(() => undefined);
      return changed;
    },
  };
}
