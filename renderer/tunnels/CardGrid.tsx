import { useAppStore } from '../store/app-store.ts';
import styles from './card-grid.module.css';
import { TunnelCard } from './TunnelCard.tsx';
import { VirtualCards } from './VirtualCards.tsx';

/** Up to here all cards are drawn, so that the browser's own search and every script finds them. */
const MAX_DRAWN = 24;

interface CardGridProps {
  readonly ids: readonly string[];
  /** The element that scrolls. */
  readonly scroller: HTMLDivElement;
}

/** The cards in as many columns as there is room for. With many tunnels only those in view are drawn. */
export function CardGrid({ ids, scroller }: CardGridProps) {
  // By the number of tunnels and not of those found, so that a search does not change how the grid works.
  const isLarge = useAppStore(({ order }) => order.length > MAX_DRAWN);
  if (isLarge) return <VirtualCards ids={ids} scroller={scroller} />;
  return (
    <div className={styles.grid}>
      {ids.map((id, index) => (
        <TunnelCard key={id} id={id} position={index + 1} count={ids.length} />
      ))}
    </div>
  );
}
