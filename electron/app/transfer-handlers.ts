import type { CommandError } from '#shared/contract/command.ts';
import type { AppHandlers } from '#shared/contract/index.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { exportProfiles } from '#shared/transfer/export-profiles.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import { readTransferFile, writeTransferFile } from '../storage/transfer-file.ts';
import type { Desktop } from './desktop.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import { readHosts } from './host-import.ts';
import { ImportDesk, type Imported } from './import-desk.ts';

type TransferHandlers = Pick<AppHandlers, Extract<keyof AppHandlers, `transfer.${string}`>>;

interface TransferHandlerOptions {
  readonly desktop: Pick<Desktop, 'homeFolder' | 'chooseExportFile' | 'chooseImportFile'>;
  readonly profiles: ProfileStore;
  readonly engine: Pick<EngineKeeper, 'call'>;
  isOn(id: string): boolean;
  /** Makes sure that nothing starts it by itself. */
  stop(id: string): Promise<unknown>;
  newId(): string;
  /** The list of profiles was changed, or refused to be. */
  onTried(result: Result<unknown, CommandError>): void;
  /** A profile is there that was not. */
  onAdded(id: string): void;
  /** A tunnel that is off has another profile now. */
  onReplaced(id: string): Promise<void>;
  /** Profiles are there that follow a Host. */
  onFollowing(): void;
}

/** How chosen profiles leave for a file, and come in from one. */
export function transferHandlers(options: TransferHandlerOptions): TransferHandlers {
  const { desktop, profiles, engine, isOn, stop, newId, onTried, onAdded, onReplaced, onFollowing } = options;
  const desk = new ImportDesk({ profiles: () => profiles.list(), isOn, newId });

  async function take({ added, replacements }: Imported): Promise<Result<null, CommandError>> {
    const saved = profiles.saveAll([...replacements, ...added]);
    onTried(saved);
    if (!saved.ok) return saved;
    for (const { id } of added) onAdded(id);
    for (const { id } of replacements) await onReplaced(id);
    return saved;
  }

  return {
    async 'transfer.export'({ ids, commandsOf }) {
      const wanted = new Set(ids);
      const chosen = profiles.list().filter(({ id, practice }) => wanted.has(id) && !practice);
      if (chosen.length < wanted.size) {
        return fail({ code: 'notFound', message: 'One of these tunnels cannot be exported. Choose again.' });
      }
      const path = await desktop.chooseExportFile();
      if (path === null) return succeed(null);
      const file = exportProfiles(chosen, desktop.homeFolder, new Set(commandsOf));
      const written = writeTransferFile(path, file);
      return written.ok ? succeed({ path, count: chosen.length }) : written;
    },
    async 'transfer.readImport'() {
      const path = await desktop.chooseImportFile();
      if (path === null) return succeed(null);
      const file = readTransferFile(path);
      return file.ok ? desk.read(file.value.name, file.value.text) : file;
    },
    async 'transfer.import'({ importId, choices }) {
      const before = desk.choose(importId, choices);
      if (!before.ok) return before;
      // One that failed is off, but might be wanted at the next start: an import starts nothing, then neither.
      for (const { id } of before.value.replacements) await stop(id);
      const chosen = desk.choose(importId, choices);
      if (!chosen.ok) return chosen;
      const taken = await take(chosen.value);
      if (!taken.ok) return taken;
      desk.drop(importId);
      const { added, replacements } = chosen.value;
      return succeed({ added: added.length, replaced: replacements.length });
    },
    async 'transfer.importHosts'({ hosts, follows }) {
      const { made, refused } = await readHosts(hosts, follows, { engine, profiles, newId });
      if (made.length > 0) {
        const taken = await take({ added: made, replacements: [] });
        if (!taken.ok) return taken;
        if (follows) onFollowing();
      }
      return succeed({ added: made.length, refused: [...refused] });
    },
    async 'transfer.dropImport'({ importId }) {
      desk.drop(importId);
      return succeed(null);
    },
  };
}
