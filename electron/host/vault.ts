import { safeStorage } from 'electron';
import type { SecretBox } from '../app/desktop.ts';

/** Electron 45 has these and 33 has not; typed as they are in the newest. */
type AsyncSafeStorage = Pick<typeof safeStorage, 'encryptStringAsync' | 'decryptStringAsync'>;

/** Encrypts with the key that the OS keychain keeps for Culvert. */
export function createVault(): SecretBox {
  return {
    get available() {
      return hasKeychain();
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

/** On Linux Electron also "encrypts" with a key that everybody knows (`basic_text`). That is not a keychain. */
function hasKeychain(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  if (process.platform !== 'linux') return true;
  return !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

function requireKeychain(): void {
  if (!hasKeychain()) throw new Error('There is no keychain.');
}

function asyncSafeStorage(): AsyncSafeStorage | null {
  return 'encryptStringAsync' in safeStorage ? safeStorage : null;
}
