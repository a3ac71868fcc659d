import type { CommandError } from '#shared/contract/command.ts';
import { type Result, succeed } from '#shared/result.ts';
import { type Settings, settingsSchema } from '#shared/settings.ts';
import { objectFormat } from './object-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

const settingsFormat = objectFormat<Settings>({
  name: 'settings',
  summary: 'your settings',
  schema: settingsSchema,
  empty: settingsSchema.parse({}),
});

/** What the user chose for Culvert as a whole, in `settings.json`. */
export class SettingsStore {
  readonly #document: StoredDocument<Settings>;

  constructor(place: StoragePlace) {
    this.#document = new StoredDocument(settingsFormat, place);
  }

  get(): Settings {
    return this.#document.content;
  }

  /** Changes some of them; when that fails, all stay as they were. */
  change(change: Partial<Settings>): Result<Settings, CommandError> {
    const saved = this.#document.replace({ ...this.get(), ...change });
    return saved.ok ? succeed(this.get()) : saved;
  }
}
