import { basename, dirname, extname } from 'node:path';
import ElectronStore from 'electron-store';
import type { DocumentWriter, OpenWriter } from '../storage/atomic-writer.ts';

/**
 * Writes Culvert's documents through electron-store, which replaces a file as a whole. It is used for that alone:
 * reading, migrating, backing up and judging what is corrupt are storage's.
 */
export const openDocumentWriter: OpenWriter = (path) => {
  let store: ElectronStore<Record<string, unknown>> | undefined;
  const open = () =>
    new ElectronStore<Record<string, unknown>>({
      cwd: dirname(path),
      name: basename(path, extname(path)),
      fileExtension: extname(path).slice(1),
      // It reads what stands there before it writes; what that is has been dealt with, and must not be judged twice.
      clearInvalidConfig: false,
      deserialize: () => ({}),
      serialize: (document) => `${JSON.stringify(document, null, 2)}\n`,
      accessPropertiesByDotNotation: false,
      configFileMode: 0o600,
    });
  const writer: DocumentWriter = {
    write(document) {
      store ??= open();
      store.store = document as Record<string, unknown>;
    },
  };
  return writer;
};
