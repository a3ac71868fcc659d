import { useAppStore } from '../store/app-store.ts';
import { PracticeButton } from '../tunnels/PracticeButton.tsx';
import styles from './profile-form.module.css';

/** The way to the practice server for who has tunnels, but not that one. */
export function PracticeOffer() {
  const isOffered = useAppStore(({ profiles }) => !Object.values(profiles).some(({ practice }) => practice));
  if (!isOffered) return null;
  return (
    <div className={styles.practice}>
      <p className={styles.note}>No server at hand? Culvert has a small one inside.</p>
      <PracticeButton />
    </div>
  );
}
