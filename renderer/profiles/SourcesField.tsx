import { useId } from 'react';
import { readSourcesText } from '#shared/allowed-sources.ts';
import { sourcesNote } from '#shared/source-words.ts';
import { classNames } from '../design/class-names.ts';
import styles from './sources-field.module.css';

interface SourcesFieldProps {
  readonly value: string;
  onChange(value: string): void;
  onBlur?(): void;
  readonly error?: string | undefined;
  /** Whether the entrance is on the server, which then says where clients come from. */
  readonly isRemote: boolean;
  /** Where it listens, which decides what kind of address a client can have. */
  readonly bindAddress: string;
}

/** Who may enter: addresses and networks, one a line or with commas between them. */
export function SourcesField(props: SourcesFieldProps) {
  const { value, onChange, onBlur, error, isRemote, bindAddress } = props;
  const id = useId();
  const reading = readSourcesText(value);
  const note = reading.ok ? sourcesNote({ isRemote, bindAddress, sources: reading.sources }) : null;
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
        aria-describedby={classNames(
          error !== undefined && `${id}-error`,
          note !== null && `${id}-note`,
          `${id}-hint`,
        )}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {note !== null && (
        <p id={`${id}-note`} role="status" className={styles.note}>
          {note}
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
