import { useId } from 'react';
import styles from './prompts.module.css';

interface RememberFieldProps {
  readonly isTicked: boolean;
  onChange(isTicked: boolean): void;
}

/** Asks whether the keychain shall keep what is typed. Only offered where there is a real one. */
export function RememberField({ isTicked, onChange }: RememberFieldProps) {
  const id = useId();
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
