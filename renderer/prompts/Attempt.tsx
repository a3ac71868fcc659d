import styles from './prompts.module.css';

/** How often Culvert asks before it gives up, so that no account is locked (DESIGN section 5). */
const MAX_ATTEMPTS = 3;

/** Which asking this is, and that the last answer was wrong. */
export function Attempt({ attempt }: { readonly attempt: number }) {
  const count = `Attempt ${attempt} of ${MAX_ATTEMPTS}`;
  return attempt === 1 ? (
    <p className={styles.small}>{count}</p>
  ) : (
    <p className={styles.caution} role="alert">
      That was not accepted. {count}.
    </p>
  );
}
