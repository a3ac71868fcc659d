import { ChevronLeft, ChevronRight, Globe, Laptop, Server } from 'lucide-react';
import { Fragment } from 'react';
import { classNames } from '../design/class-names.ts';
import type { PathModel, Place, Stretch } from './path-model.ts';
import styles from './path-picture.module.css';
import { TargetIcon } from './TargetIcon.tsx';

/** How far the tunnel is dug. */
export type DigState = 'closed' | 'digging' | 'open' | 'broken';

interface PathPictureProps {
  readonly path: PathModel;
  readonly dig: DigState;
}

/**
 * A forward as a picture: the encrypted stretch is a pipe, the plain one a dashed line, the entrance a filled disc. The
 * words beneath say the same, so the drawing itself is silent for screen readers.
 */
export function PathPicture({ path, dig }: PathPictureProps) {
  const [first, middle, last] = path.places;
  const [left, right] = path.stretches;
  return (
    <div className={classNames(styles.path, styles[dig])}>
      <div className={styles.drawing} aria-hidden="true">
        <PlaceIcon place={first} />
        <StretchLine stretch={left} direction={path.direction} />
        <PlaceIcon place={middle} />
        <StretchLine stretch={right} direction={path.direction} />
        <PlaceIcon place={last} />
      </div>
      <ol className={styles.captions}>
        {path.places.map((place, i) => (
          <li key={PLACE_KEYS[i]}>
            <span className={styles.title} title={place.title}>
              <Breakable text={place.title} />
            </span>
            <span className={styles.note}>{place.note}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const PLACE_KEYS = ['first', 'middle', 'last'] as const;

/** An address that breaks, if it must, in front of a dot or a colon. */
function Breakable({ text }: { readonly text: string }) {
  return text.split(/(?=[.:])/).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no names, and are drawn anew with the text
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function PlaceIcon({ place }: { readonly place: Place }) {
  return (
    <span className={classNames(styles.place, place.isEntrance && styles.entrance)}>
      <PlaceShape place={place} />
    </span>
  );
}

function PlaceShape({ place }: { readonly place: Place }) {
  switch (place.kind) {
    case 'computer':
      return <Laptop />;
    case 'server':
      return <Server />;
    case 'anywhere':
      return <Globe />;
    case 'target':
      return <TargetIcon port={place.port} />;
  }
}

function StretchLine({
  stretch,
  direction,
}: {
  readonly stretch: Stretch;
  readonly direction: PathModel['direction'];
}) {
  return (
    <span className={styles[stretch]}>{direction === 'right' ? <ChevronRight /> : <ChevronLeft />}</span>
  );
}
