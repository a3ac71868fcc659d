import type { LightTone } from '#shared/lights.ts';
import { classNames } from './class-names.ts';
import styles from './shape.module.css';

/**
 * The sign of a tone. Each has a shape of its own, so that colour is never the only difference; drawn as a
 * picture in the text's colour, so that it survives forced colours.
 */
export function Shape({ tone }: { readonly tone: LightTone }) {
  return (
    <svg viewBox="0 0 12 12" className={classNames(styles.shape, styles[tone])} aria-hidden="true">
      {SHAPES[tone]}
    </svg>
  );
}

const SHAPES = {
  ok: <circle cx="6" cy="6" r="5.2" fill="currentColor" />,
  busy: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <circle cx="6" cy="6" r="1.5" fill="currentColor" />
    </>
  ),
  ask: <rect x="1" y="1" width="10" height="10" rx="2.4" fill="currentColor" />,
  bad: <path d="M6 .4 11.6 6 6 11.6.4 6Z" fill="currentColor" />,
  off: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
} as const;
