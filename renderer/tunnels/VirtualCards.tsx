import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useRem } from '../design/rem.ts';
import { useViewStore } from '../store/view-store.ts';
import styles from './card-grid.module.css';
import { columnsIn, intoRows } from './grid-rows.ts';
import { TunnelCard } from './TunnelCard.tsx';
import { useTurn } from './turns.ts';

/** The narrowest card, the gap and a first guess of a card's height, in rem; the first two as in the style sheet. */
const CARD_REM = 25;
const GAP_REM = 0.875;
const HEIGHT_REM = 17;

interface VirtualCardsProps {
  readonly ids: readonly string[];
  readonly scroller: HTMLDivElement;
}

/** A long list of cards of which only the rows in view exist, and the row that holds the focus. */
export function VirtualCards({ ids, scroller }: VirtualCardsProps) {
  const rem = useRem();
  const columns = useColumns(scroller, rem);
  const rows = intoRows(ids, columns);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const focusedRow = focusedId === null ? -1 : rows.findIndex((row) => row.includes(focusedId));

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => HEIGHT_REM * rem,
    gap: GAP_REM * rem,
    overscan: 1,
    getItemKey: (index) => `${columns} ${rows[index]?.[0]}`,
    // A synchronous redraw in every scroll event would make one long task of what can be many short ones.
    useFlushSync: false,
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range);
      if (focusedRow === -1 || inView.includes(focusedRow)) return inView;
      return [...inView, focusedRow].sort((a, b) => a - b);
    },
  });

  // The card whose form was left is in view again, or it could not take the focus back. After all layout effects, one
  // of which scrolls a new list to its top.
  const leftId = useViewStore(({ view }) => (view.name === 'tunnels' ? view.focusOn : null));
  const leftRow = typeof leftId === 'string' ? rows.findIndex((row) => row.includes(leftId)) : -1;
  useEffect(() => {
    if (leftRow !== -1) virtualizer.scrollToIndex(leftRow, { align: 'center' });
  }, [virtualizer, leftRow]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only learns where the focus is
    <div
      className={styles.rows}
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={({ target }) =>
        setFocusedId(target.closest<HTMLElement>('[data-tunnel]')?.dataset.tunnel ?? null)
      }
      onBlur={() => setFocusedId(null)}
    >
      {virtualizer.getVirtualItems().map((item) => (
        <div
          key={item.key}
          ref={virtualizer.measureElement}
          data-index={item.index}
          className={styles.row}
          style={{
            transform: `translateY(${item.start}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {rows[item.index]?.map((id, column) => (
            <CardInTurn
              key={id}
              id={id}
              position={item.index * columns + column + 1}
              count={ids.length}
              height={item.size}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface CardInTurnProps {
  readonly id: string;
  readonly position: number;
  readonly count: number;
  /** What the card's row is known or guessed to take, in pixels. */
  readonly height: number;
}

/** A card once it is its turn; until then the room it will take. */
function CardInTurn({ height, ...card }: CardInTurnProps) {
  return useTurn() ? <TunnelCard {...card} /> : <div className={styles.room} style={{ height }} />;
}

/** How many columns fit, kept up to date with the window. */
function useColumns(scroller: HTMLDivElement, rem: number): number {
  const [columns, setColumns] = useState(1);
  useLayoutEffect(() => {
    const measure = () => {
      const style = getComputedStyle(scroller);
      const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      setColumns(columnsIn(scroller.clientWidth - padding, CARD_REM * rem, GAP_REM * rem));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller, rem]);
  return columns;
}
