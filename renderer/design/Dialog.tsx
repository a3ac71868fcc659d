import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';
import { isInTextField, useStrayInput } from './use-stray-input.ts';

interface DialogProps {
  /** The dialog's accessible name, which is also its heading. */
  readonly title: string;
  /** A short line above the heading, such as who asks. */
  readonly above?: ReactNode;
  /** A short line below the heading, such as which server asks whom. */
  readonly below?: ReactNode;
  readonly wide?: boolean;
  readonly tone?: 'plain' | 'bad' | 'ask';
  /** It comes by itself, perhaps while somebody types elsewhere, whose words must not go on in a field of it. */
  readonly comesByItself?: boolean;
  /** Escape, or whatever else closes a dialog. */
  onCancel(): void;
  readonly children: ReactNode;
}

/**
 * A modal dialog on the native element, which brings the focus trap, the inert page behind and the return of
 * the focus. Focus goes to the first element with `autofocus`, else to what is said, so that a key pressed while
 * it opens cannot agree to anything, and the arrow keys scroll. The heading stays in view, whatever is scrolled:
 * nothing in a dialog can hide whose it is.
 */
export function Dialog({
  title,
  above,
  below,
  wide = false,
  tone = 'plain',
  comesByItself = false,
  onCancel,
  children,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const strayInput = useStrayInput();

  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const isInterrupting = comesByItself && isInTextField();
    dialog.showModal();
    const first = isInterrupting ? null : dialog.querySelector<HTMLElement>('[data-autofocus]');
    (first ?? body.current)?.focus();
    return () => dialog.close();
  }, [comesByItself]);

  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      tabIndex={-1}
      className={classNames(styles.dialog, wide && styles.wide, styles[tone])}
      {...strayInput}
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
      <div className={styles.head}>
        {above !== undefined && <p className={styles.above}>{above}</p>}
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        {below !== undefined && <p className={styles.below}>{below}</p>}
      </div>
      <div ref={body} tabIndex={-1} className={styles.body}>
        {children}
      </div>
    </dialog>
  );
}

/** The row of buttons that ends a dialog: the way on at the right. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}
