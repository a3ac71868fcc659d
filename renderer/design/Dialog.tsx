import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';

interface DialogProps {
  /** The dialog's accessible name, which is also its heading. */
  readonly title: string;
  /** A short line above the heading, such as who asks. */
  readonly above?: ReactNode;
  readonly wide?: boolean;
  readonly tone?: 'plain' | 'bad' | 'ask';
  /** Escape, or whatever else closes a dialog. */
  onCancel(): void;
  readonly children: ReactNode;
}

/**
 * A modal dialog on the native element, which brings the focus trap, the inert page behind and the return of
 * the focus. Focus goes to the first element with `autofocus`, else to the dialog itself, so that a key
 * pressed while it opens cannot agree to anything.
 */
export function Dialog({ title, above, wide = false, tone = 'plain', onCancel, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    dialog.showModal();
    const first = dialog.querySelector<HTMLElement>('[data-autofocus]');
    (first ?? dialog).focus();
    return () => dialog.close();
  }, []);

  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      tabIndex={-1}
      className={classNames(styles.dialog, wide && styles.wide, styles[tone])}
      onCancel={(event) => {
        // React passes these up from a dialog inside this one, which the browser does not.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onCancel();
      }}
      onClose={(event) => {
        if (event.target !== event.currentTarget) return;
        // Chromium closes on a second Escape whatever we prevent; our own close comes when we are unmounted.
        const { isConnected, open } = event.currentTarget;
        if (isConnected && !open) onCancel();
      }}
    >
      {above !== undefined && <p className={styles.above}>{above}</p>}
      <h2 id={titleId} className={styles.title}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** The row of buttons that ends a dialog: the way on at the right. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}
