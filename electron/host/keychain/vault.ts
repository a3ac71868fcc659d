import { app, safeStorage } from 'electron';
import type { Keychain } from '#shared/environment.ts';
import type { SecretBox } from '../../app/desktop.ts';
import type { BusPlace } from '../session-bus/session-bus.ts';
import { askToUnlock, findKeychainLock, type KeychainLock } from './secret-service.ts';

/** Electron 45 has these and 33 has not; typed as they are in the newest. */
type AsyncSafeStorage = Pick<typeof safeStorage, 'encryptStringAsync' | 'decryptStringAsync'>;

/** How long the desktop may take to say how its keychain stands, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;
/** How often to look whether a locked keychain was unlocked, in milliseconds. */
const LOOK_INTERVAL_MS = 2_000;
/** How long the desktop's question for the keychain's password stays, in milliseconds. */
const UNLOCK_TIMEOUT_MS = 5 * 60_000;

/** Encrypts with the key that the OS keychain keeps for Culvert. `onChange`: a locked keychain was unlocked. Never rejects. */
export async function openVault(onChange: () => void): Promise<SecretBox> {
  const lock = await lockNow();
  let keychain: Keychain = lock === 'locked' && !hasElectronAsked() ? 'locked' : electronsKeychain(lock);
  if (keychain === 'locked') watch();

  /** It is asked for its key only once it is open: Electron asks once in a run, and goes by that answer (OSCrypt). */
  function watch(): void {
    setTimeout(async () => {
      const lock = await lockNow();
      const known = keychain;
      keychain = lock === 'unlocked' ? electronsKeychain(lock) : lock === 'locked' ? 'locked' : 'none';
      if (lock !== 'unlocked') watch();
      if (keychain !== known) onChange();
    }, LOOK_INTERVAL_MS).unref();
  }

  let isUnlockAsked = false;
  const requireKeychain = () => {
    if (keychain !== 'ready') throw new Error('There is no open keychain.');
  };
  return {
    get keychain() {
      return keychain;
    },
    unlock() {
      if (isUnlockAsked || keychain !== 'locked') return;
      isUnlockAsked = true;
      void askToUnlock(busPlace(UNLOCK_TIMEOUT_MS));
    },
    async encrypt(text) {
      requireKeychain();
      const modern = asyncSafeStorage();
      return modern ? modern.encryptStringAsync(text) : safeStorage.encryptString(text);
    },
    async decrypt(encrypted) {
      requireKeychain();
      const modern = asyncSafeStorage();
      if (!modern) return safeStorage.decryptString(encrypted);
      const { result } = await modern.decryptStringAsync(encrypted);
      return result;
    },
  };
}

/** Only GNOME's kind of keychain can be asked without being unlocked; KDE's and those of other systems ask the user themselves. */
async function lockNow(): Promise<KeychainLock> {
  if (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'gnome_libsecret') {
    return 'absent';
  }
  return findKeychainLock(busPlace(ANSWER_TIMEOUT_MS));
}

function electronsKeychain(lock: KeychainLock): Keychain {
  if (isKeychainOpen()) return 'ready';
  return lock === 'absent' ? 'none' : 'lateUnlock';
}

/** With the fuse for encrypted cookies, which the package has, Electron asks for its key before any code of ours runs. */
function hasElectronAsked(): boolean {
  return app.isPackaged;
}

/** On Linux Electron also "encrypts" with a key that everybody knows (`basic_text`). That is not a keychain. */
function isKeychainOpen(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  if (process.platform !== 'linux') return true;
  return !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

function busPlace(timeoutMs: number): BusPlace {
  return { env: process.env, userId: process.getuid?.() ?? 0, timeoutMs };
}

function asyncSafeStorage(): AsyncSafeStorage | null {
  return 'encryptStringAsync' in safeStorage ? safeStorage : null;
}
