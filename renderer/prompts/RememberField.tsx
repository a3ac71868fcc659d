import { useId } from 'react';
import { keychainRemedy, whyNotKept } from '../secrets/keychain-words.ts';
import { useAppStore } from '../store/app-store.ts';
import styles from './prompts.module.css';

interface RememberFieldProps {
  readonly isTicked: boolean;
  onChange(isTicked: boolean): void;
}

/** Asks whether the keychain shall keep what is typed. Where none is open it says so, and what becomes of it. */
export function RememberField({ isTicked, onChange }: RememberFieldProps) {
  const id = useId();
  const keychain = useAppStore(({ environment }) => environment.keychain);
  const reason = whyNotKept(keychain);
  if (reason !== null) {
    return (
      <p className={styles.unkept}>
        {reason}, so it is kept in memory until Culvert quits, and nowhere else. {keychainRemedy(keychain)}
      </p>
    );
  }
  return (
    <div className={styles.remember}>
      <input
        id={id}
        type="checkbox"
        checked={isTicked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>Remember in the keychain</label>
    </div>
  );
}
