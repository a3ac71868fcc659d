import styles from './prompts.module.css';

/** A key as ssh draws it (VisualHostKey): for eyes that remember shapes better than letters. */
export function KeyPicture({ randomart, label }: { readonly randomart: string; readonly label: string }) {
  if (randomart === '') return null;
  return (
    <pre className={styles.randomart} role="img" aria-label={label}>
      {randomart}
    </pre>
  );
}
