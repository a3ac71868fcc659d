import { Switch } from '../design/Switch.tsx';
import { keychainRemedy, whyNotKept } from '../secrets/keychain-words.ts';
import { openSecrets } from '../secrets/secrets-store.ts';
import { useAppStore } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import styles from './navigation.module.css';

/** What holds for Culvert as a whole on this computer. */
export function ThisComputer() {
  const { canOpenAtLogin, keychain } = useAppStore((state) => state.environment);
  const openAtLogin = useAppStore((state) => state.settings.openAtLogin);
  const reason = whyNotKept(keychain);
  return (
    <div className={styles.computer}>
      {canOpenAtLogin && (
        <div className={styles.setting}>
          <span aria-hidden="true">Open Culvert at login</span>
          <Switch
            label="Open Culvert at login"
            on={openAtLogin}
            onChange={(on) => void run('settings.change', { openAtLogin: on })}
          />
        </div>
      )}
      <p className={styles.keychain}>
        {reason === null
          ? 'Passwords can be kept in the keychain.'
          : `${reason}: passwords are kept in memory until Culvert quits. ${keychainRemedy(keychain)}`}{' '}
        <button type="button" className={styles.more} onClick={openSecrets}>
          Saved secrets…
        </button>
      </p>
    </div>
  );
}
