import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` for the one thing a view is for, `soft` for its smaller sisters, `danger` where something is lost, `quiet` for the rare. */
  readonly look?: 'plain' | 'primary' | 'soft' | 'danger' | 'quiet';
}

/** A button that says what it does. */
export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={classNames(styles.button, styles[look], className)} />;
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** Its accessible name, shown when the pointer rests on it. */
  readonly label: string;
}

/** A button that is only a picture, with its name in words for everyone who asks. */
export function IconButton({ label, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={classNames(styles.icon, className)}
    />
  );
}
