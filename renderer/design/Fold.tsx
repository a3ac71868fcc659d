import { type ReactNode, useState } from 'react';
import styles from './fold.module.css';

interface FoldProps {
  readonly title: string;
  /** What is inside, in a few words, for as long as it is folded. */
  readonly detail: string;
  /** Whether it is open when it is first shown; then it is the user's. */
  readonly isOpenAtFirst: boolean;
  /** Something inside has to be seen. */
  readonly isHeldOpen: boolean;
  readonly children: ReactNode;
}

/** A part of a form that few people need, folded away behind its title. */
export function Fold({ title, detail, isOpenAtFirst, isHeldOpen, children }: FoldProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details
      className={styles.fold}
      open={isOpen || isHeldOpen}
      onToggle={({ currentTarget }) => {
        // The element opens and closes by itself, and React sees no reason to open it again.
        if (isHeldOpen) currentTarget.open = true;
        setOpen(currentTarget.open);
      }}
    >
      <summary>
        {title}: <span>{detail}</span>
      </summary>
      <div className={styles.inside}>{children}</div>
    </details>
  );
}
