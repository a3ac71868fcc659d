/** How many columns of at least `narrowest` fit into a width, with gaps between them; at least one. All in pixels. */
export function columnsIn(width: number, narrowest: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (narrowest + gap)));
}

/** Cuts a list into rows of the given length; the last may be shorter. */
export function intoRows<Item>(items: readonly Item[], columns: number): readonly (readonly Item[])[] {
  const rows: Item[][] = [];
  for (let start = 0; start < items.length; start += columns) rows.push(items.slice(start, start + columns));
  return rows;
}
