import { classNames } from './class-names.ts';
import styles from './cut-text.module.css';

interface CutTextProps {
  /** Gives way where there is no room for all. */
  readonly head: string;
  /** Stays: what tells one from another, such as a port or a process. */
  readonly tail: string;
  readonly className?: string | undefined;
}

/** A line of text that keeps its end where it must be cut; the whole of it shows when the pointer rests on it. */
export function CutText({ head, tail, className }: CutTextProps) {
  return (
    <span className={classNames(styles.text, className)} title={head + tail}>
      <span className={styles.head}>{head}</span>
      {tail !== '' && <span className={styles.tail}>{tail}</span>}
    </span>
  );
}
