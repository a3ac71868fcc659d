import { classNames } from '../design/class-names.ts';
import type { ForwardWords } from './import-words.ts';
import styles from './transfer.module.css';

/** What one forward of a tunnel would do, and who could reach it. */
export function ForwardLine({ forward: { path, reach, isExposed } }: { readonly forward: ForwardWords }) {
  return (
    <li>
      <span className={styles.path}>{path}</span>{' '}
      <span className={classNames(isExposed && styles.exposed)}>{reach}</span>
    </li>
  );
}
