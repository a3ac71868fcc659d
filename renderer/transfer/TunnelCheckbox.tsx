import { useId } from 'react';
import styles from './transfer.module.css';

interface TunnelCheckboxProps {
  readonly label: string;
  /** What tells it from another of its name. */
  readonly beside?: string;
  readonly isChosen: boolean;
  /** Stands for several, of which some are chosen. */
  readonly isPartly?: boolean;
  /** The dialog starts here. */
  readonly isFirst?: boolean;
  onChange(isChosen: boolean): void;
}

/** Chooses one tunnel, or all of them. */
export function TunnelCheckbox(props: TunnelCheckboxProps) {
  const { label, beside, isChosen, isPartly = false, isFirst = false, onChange } = props;
  const id = useId();
  return (
    <div className={styles.choice}>
      <input
        id={id}
        ref={(input) => {
          if (input) input.indeterminate = isPartly;
        }}
        type="checkbox"
        checked={isChosen}
        onChange={(event) => onChange(event.target.checked)}
        {...(beside !== undefined && { 'aria-describedby': `${id}-beside` })}
        {...(isFirst && { 'data-autofocus': true })}
      />
      <label htmlFor={id}>{label}</label>
      {beside !== undefined && (
        <span id={`${id}-beside`} className={styles.beside}>
          {beside}
        </span>
      )}
    </div>
  );
}
