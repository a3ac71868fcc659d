import type { Keychain } from '#shared/environment.ts';

/** Encrypts with the key that the OS keychain keeps for Culvert (Electron's safeStorage). */
export interface SecretBox {
  /** A box that only obscures must say `none`. */
  readonly keychain: Keychain;
  /** Has the desktop ask the user to unlock a locked one; once is enough for a run. */
  unlock(): void;
  /** Rejects when the keychain is locked or gone. */
  encrypt(text: string): Promise<Buffer>;
  /** Rejects when the keychain is locked or gone, or has another key by now. */
  decrypt(encrypted: Buffer): Promise<string>;
}

/** Whether Culvert starts when the user logs in to this computer. */
export interface LoginItem {
  /** Rejects when the system refuses. */
  set(openAtLogin: boolean): Promise<void>;
}

/** The parts of the desktop that the use cases need. */
export interface Desktop {
  readonly secretBox: SecretBox;
  readonly loginItem: LoginItem;
  /** The system's file dialog, opened in ~/.ssh; null when the user chose none. */
  chooseKeyFile(): Promise<string | null>;
  /** The home folder of the user of this computer. */
  readonly homeFolder: string;
  /** The system's dialog for a file to write an export to; null when the user chose none. */
  chooseExportFile(): Promise<string | null>;
  /** The system's dialog for an export to read; null when the user chose none. */
  chooseImportFile(): Promise<string | null>;
  copyText(text: string): void;
}
