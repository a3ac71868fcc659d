import { useDeferredValue, useLayoutEffect, useMemo, useState } from 'react';
import { Button } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import { SearchField } from '../design/SearchField.tsx';
import frame from '../design/view.module.css';
import { useAppStore } from '../store/app-store.ts';
import { TransferButtons } from '../transfer/TransferButtons.tsx';
import { AllButtons } from './AllButtons.tsx';
import { CardGrid } from './CardGrid.tsx';
import { FirstTunnel } from './FirstTunnel.tsx';
import { NewTunnelButton } from './NewTunnelButton.tsx';
import { matchesQuery } from './search-profiles.ts';
import styles from './tunnels-view.module.css';

/** All tunnels as cards, or, while there are none, what a tunnel is. */
export function TunnelsView() {
  const isEmpty = useAppStore(({ order }) => order.length === 0);
  return isEmpty ? <FirstTunnel /> : <TunnelCards />;
}

function TunnelCards() {
  const [query, setQuery] = useState('');
  const searched = useDeferredValue(query);
  const ids = useFoundIds(searched);
  // A state and no ref: the grid must be drawn again once the element is there to be measured.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  // What is found stands at the top, wherever the last list was scrolled to.
  useLayoutEffect(() => {
    if (searched !== null) scroller?.scrollTo({ top: 0 });
  }, [searched, scroller]);
  return (
    <section aria-labelledby="tunnels-title" className={frame.view}>
      <h1 id="tunnels-title" className="visually-hidden">
        All tunnels
      </h1>
      <div className={classNames(frame.bar, styles.bar)}>
        <SearchField
          label="Search tunnels"
          placeholder="Search tunnels, servers, ports"
          value={query}
          onChange={setQuery}
        />
        <TransferButtons />
        <div className={frame.actions}>
          <AllButtons found={searched.trim() === '' ? null : ids} />
          <NewTunnelButton />
        </div>
      </div>
      <div ref={setScroller} className={classNames(frame.scroller, styles.cards)}>
        {ids.length === 0 && <NothingFound query={query} onClear={() => setQuery('')} />}
        {scroller && <CardGrid ids={ids} scroller={scroller} />}
      </div>
    </section>
  );
}

function useFoundIds(query: string): readonly string[] {
  const order = useAppStore((state) => state.order);
  const profiles = useAppStore((state) => state.profiles);
  return useMemo(
    () =>
      order.filter((id) => {
        const profile = profiles[id];
        return profile !== undefined && matchesQuery(profile, query);
      }),
    [order, profiles, query],
  );
}

function NothingFound({ query, onClear }: { readonly query: string; onClear(): void }) {
  return (
    <div className={frame.nothing}>
      <p aria-live="polite">No tunnel matches “{query}”.</p>
      <Button onClick={onClear}>Show all tunnels</Button>
    </div>
  );
}
