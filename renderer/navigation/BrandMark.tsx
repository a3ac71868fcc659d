import styles from './navigation.module.css';

/** The arch of a culvert with its stream. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 26 26" className={styles.mark} aria-hidden="true">
      <rect width="26" height="26" rx="7" fill="currentColor" />
      <path d="M4.5 17.5a8.5 8.5 0 0 1 17 0" className={styles.arch} />
      <path d="M4.5 21h17" className={styles.stream} />
    </svg>
  );
}
