import { type ReactNode, type Ref, useId } from 'react';
import { classNames } from '../design/class-names.ts';
import styles from './field.module.css';

interface TextFieldProps {
  readonly ref?: Ref<HTMLInputElement> | undefined;
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
  onBlur?(): void;
  /** What is wrong with it, shown beneath. */
  readonly error?: string | undefined;
  /** What helps to fill it in. */
  readonly hint?: ReactNode;
  readonly placeholder?: string | undefined;
  readonly isPort?: boolean;
  readonly readOnly?: boolean;
  /** Stands right of the field, such as a button that fills it. */
  readonly beside?: ReactNode;
}

/** A labelled line of text with its hint and its error. */
export function TextField(props: TextFieldProps) {
  const {
    ref,
    label,
    value,
    onChange,
    onBlur,
    error,
    hint,
    placeholder,
    isPort = false,
    readOnly,
    beside,
  } = props;
  const id = useId();
  const describedBy = classNames(error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`);
  return (
    <div className={classNames(styles.field, isPort && styles.port)}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        <input
          ref={ref}
          id={id}
          type="text"
          value={value}
          placeholder={placeholder}
          readOnly={readOnly}
          inputMode={isPort ? 'numeric' : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy || undefined}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onBlur}
        />
        {beside}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  onChange(value: Value): void;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}

/** A labelled choice of one among few. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, value, options, onChange, hint, disabled } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value as Value)}
      >
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
  readonly hint?: ReactNode;
}

/** A labelled tick. */
export function CheckField({ label, checked, onChange, hint }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
