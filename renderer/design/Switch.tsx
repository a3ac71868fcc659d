import styles from './switch.module.css';

interface SwitchProps {
  /** Its accessible name. */
  readonly label: string;
  readonly on: boolean;
  onChange(on: boolean): void;
}

/** An on/off switch that takes effect at once. The knob's place says its state besides the colour. */
export function Switch({ label, on, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      className={styles.switch}
      onClick={() => onChange(!on)}
    >
      <span className={styles.knob} />
    </button>
  );
}
