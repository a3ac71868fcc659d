import type { ForwardNames } from './connection-rows.ts';
import styles from './connections-view.module.css';

interface ForwardChoiceProps {
  readonly names: ForwardNames;
  readonly forwardId: string | null;
  onChoose(forwardId: string | null): void;
}

/** Chooses whose connections are shown: those of one forward, or all. */
export function ForwardChoice({ names, forwardId, onChoose }: ForwardChoiceProps) {
  return (
    <select
      aria-label="Forward"
      className={styles.choice}
      value={forwardId ?? ''}
      onChange={(event) => onChoose(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">All forwards</option>
      {[...names].map(([id, { label }]) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </select>
  );
}
