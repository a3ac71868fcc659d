import { useId } from 'react';
import { classNames } from '../design/class-names.ts';
import styles from './sources-field.module.css';

interface SourcesFieldProps {
  readonly value: string;
  onChange(value: string): void;
  onBlur?(): void;
  readonly error?: string | undefined;
  /** Whether the entrance is on the server, which then says where clients come from. */
  readonly isRemote: boolean;
}

/** Who may enter: addresses and networks, one a line or with commas between them. */
export function SourcesField({ value, onChange, onBlur, error, isRemote }: SourcesFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>Allowed sources</label>
      <textarea
        id={id}
        rows={2}
        value={value}
        placeholder="Anyone"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={classNames(error !== undefined && `${id}-error`, `${id}-hint`)}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      <p id={`${id}-hint`} className={styles.hint}>
        Addresses or networks, such as 192.168.1.7 or 192.168.1.0/24. Empty means anyone.{' '}
        {isRemote
          ? 'The server says where each client comes from, and Culvert has to believe it.'
          : 'Programs on this computer always get in through localhost.'}
      </p>
    </div>
  );
}
