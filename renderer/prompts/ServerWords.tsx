import type { ReactNode } from 'react';
import styles from './prompts.module.css';

/** Shows what a server says as its own words, in a room so small that they cannot push anything else out of sight. */
export function ServerWords({ children }: { readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
    <section className={styles.quote} aria-label="The server’s own words" tabIndex={0}>
      <blockquote>{children}</blockquote>
    </section>
  );
}
