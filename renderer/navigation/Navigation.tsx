import { ArrowDown, ArrowUp, Ear, Waypoints } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { formatRate } from '#shared/format-bytes.ts';
import { useAppStore } from '../store/app-store.ts';
import { countOpen, SEPARATOR, totalsInWords } from '../store/totals.ts';
import { totalRates } from '../store/traffic-history.ts';
import { useTrafficStore } from '../store/traffic-store.ts';
import { goTo, useViewStore, type View } from '../store/view-store.ts';
import { BrandMark } from './BrandMark.tsx';
import styles from './navigation.module.css';
import { ThisComputer } from './ThisComputer.tsx';

/** Where one can go, and how all tunnels are doing. */
export function Navigation() {
  const count = useAppStore((state) =>
    state.order.length === 0 ? '' : `${countOpen(state)} of ${state.order.length}`,
  );
  return (
    <nav aria-label="Main" className={styles.navigation}>
      <div className={styles.brand}>
        <BrandMark />
        Culvert
      </div>
      <div className={styles.links}>
        <NavigationButton view={{ name: 'tunnels' }} name="Tunnels" icon={<Waypoints />} count={count} />
        <NavigationButton view={{ name: 'listeners' }} name="Listeners" icon={<Ear />} />
      </div>
      <div className={styles.foot}>
        <Totals />
        <ThisComputer />
      </div>
    </nav>
  );
}

interface NavigationButtonProps {
  readonly view: View;
  readonly name: string;
  readonly icon: ReactNode;
  readonly count?: string;
}

function NavigationButton({ view, name, icon, count = '' }: NavigationButtonProps) {
  const current = useViewStore(({ view }) => (view.name === 'listeners' ? 'listeners' : 'tunnels'));
  return (
    <button
      type="button"
      aria-current={current === view.name ? 'page' : undefined}
      className={styles.link}
      onClick={() => goTo(view)}
    >
      {icon}
      <span className={styles.name}>{name}</span>
      {/* The count is for the eye: a name that changes is no name. */}
      {count !== '' && (
        <span aria-hidden="true" className={styles.count}>
          {count}
        </span>
      )}
    </button>
  );
}

function Totals() {
  const words = useAppStore((state) => (state.order.length === 0 ? '' : totalsInWords(state)));
  return (
    <div className={styles.totals}>
      {words !== '' && (
        <p>
          {words.split(SEPARATOR).map((item, index) => (
            <Fragment key={item}>
              {index > 0 && SEPARATOR}
              <span className={styles.total}>{item}</span>
            </Fragment>
          ))}
        </p>
      )}
      <Rates />
    </div>
  );
}

function Rates() {
  const down = useTrafficStore(({ flows }) => formatRate(totalRates(flows).received));
  const up = useTrafficStore(({ flows }) => formatRate(totalRates(flows).sent));
  const isCarrying = useTrafficStore(({ flows }) => Object.keys(flows).length > 0);
  if (!isCarrying) return null;
  return (
    <p className={styles.rates}>
      <span>
        <ArrowDown aria-hidden="true" />
        <span className="visually-hidden">Receiving </span>
        {down}
      </span>
      <span>
        <ArrowUp aria-hidden="true" />
        <span className="visually-hidden">Sending </span>
        {up}
      </span>
    </p>
  );
}
