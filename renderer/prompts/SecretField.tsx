import { type Ref, useId, useState } from 'react';
import { Button } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import styles from './prompts.module.css';

interface SecretFieldProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  /** The dialog starts here. */
  readonly isFirst: boolean;
  /** Whether it must not be seen while it is typed, unless the user wants to. */
  readonly isHidden: boolean;
}

/** A field whose value React never holds. */
export function SecretField({ ref, label, isFirst, isHidden }: SecretFieldProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        <input
          ref={ref}
          id={id}
          type={isHidden && !isShown ? 'password' : 'text'}
          className={classNames(isHidden && isShown && styles.mono)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={4096}
          {...(isFirst ? { 'data-autofocus': true } : {})}
        />
        {isHidden && (
          <Button aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide' : 'Show'}
          </Button>
        )}
      </div>
    </div>
  );
}
