import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { openAtomicWriter } from './atomic-writer.ts';
import type { StoragePlace } from './stored-document.ts';

/** A temporary user data folder for tests, with everything that was told about it. */
export interface TestFolder extends StoragePlace {
  readonly told: string[];
  /** While set, every write through the writer fails with this code. */
  failWith: string | null;
  clock: number;
  path(file: string): string;
  read(file: string): string;
  write(file: string, text: string): void;
  files(subfolder?: string): readonly string[];
  remove(): void;
}

/** Makes a folder that the test must remove. */
export function makeTestFolder(): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'culvert-storage-'));
  const test: TestFolder = {
    folder,
    told: [],
    failWith: null,
    clock: Date.UTC(2026, 10, 23, 9, 0, 0),
    now: () => test.clock,
    tell: (text) => void test.told.push(text),
    openWriter(path) {
      const writer = openAtomicWriter(path);
      return {
        write(document) {
          if (test.failWith !== null) {
            throw Object.assign(new Error('The disk refused.'), { code: test.failWith });
          }
          writer.write(document);
        },
      };
    },
    path: (file) => join(folder, file),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write: (file, text) => writeFileSync(join(folder, file), text),
    files: (subfolder = '') => readdirSync(join(folder, subfolder)).sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return test;
}

/** A valid profile with one local forward, changed as told. */
export function makeProfile(change: Partial<Profile> = {}): Profile {
  return profileSchema.parse({
    id: randomUUID(),
    name: 'Mail',
    server: { host: 'bastion.example.org', port: 22, user: 'ana' },
    login: { method: 'automatic' },
    forwards: [
      {
        id: randomUUID(),
        kind: 'local',
        bind: { address: 'localhost', port: 42424 },
        target: { host: 'imap.example.org', port: 143 },
      },
    ],
    ...change,
  });
}
