import { type KeyboardEvent, useEffect, useRef } from 'react';
import styles from './listeners-tabs.module.css';

/** One computer whose listeners can be shown. */
export interface ListenersTab {
  /** The tunnel to the server; empty for this computer. */
  readonly id: string;
  readonly name: string;
  /** What follows the name, such as `on core`. */
  readonly place: string;
}

interface ListenersTabsProps {
  readonly tabs: readonly ListenersTab[];
  readonly selected: string;
  onSelect(id: string): void;
}

/** The element that a tab controls. */
export const LISTENERS_PANEL_ID = 'listeners-panel';

export function tabId(id: string): string {
  return `listeners-tab-${id === '' ? 'here' : id}`;
}

/** Chooses a computer: a tab list (WAI-ARIA practices, "Tabs"), with arrow keys, Home and End. */
export function ListenersTabs({ tabs, selected, onSelect }: ListenersTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const showSelected = () =>
      element
        .querySelector(`#${CSS.escape(tabId(selected))}`)
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    // Also at once, and whenever the window has become narrower.
    const observer = new ResizeObserver(showSelected);
    observer.observe(element);
    return () => observer.disconnect();
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    const index = nextIndex(
      event.key,
      tabs.findIndex(({ id }) => id === selected),
      tabs.length,
    );
    const next = index === null ? undefined : tabs[index];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(tabId(next.id))}`)?.focus();
  };

  return (
    <div ref={list} role="tablist" aria-label="Computers" className={styles.tabs} onKeyDown={onKeyDown}>
      {tabs.map(({ id, name, place }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={tabId(id)}
          aria-selected={id === selected}
          aria-controls={LISTENERS_PANEL_ID}
          tabIndex={id === selected ? 0 : -1}
          className={styles.tab}
          title={`${name} ${place}`.trim()}
          onClick={() => onSelect(id)}
        >
          <span className={styles.name}>{name}</span>
          {place !== '' && <span className={styles.place}> {place}</span>}
        </button>
      ))}
    </div>
  );
}

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
