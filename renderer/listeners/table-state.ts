import { useState } from 'react';
import type { Sorting } from './listener-rows.ts';

/** What a person has set above and on the table; it stays the same from tab to tab. */
export interface TableState {
  readonly filter: string;
  readonly oursOnly: boolean;
  readonly sorting: Sorting;
  setFilter(filter: string): void;
  setOursOnly(oursOnly: boolean): void;
  setSorting(sorting: Sorting): void;
}

/** The state of the table, with what the filter box starts with. */
export function useTableState(firstFilter: string): TableState {
  const [filter, setFilter] = useState(firstFilter);
  const [oursOnly, setOursOnly] = useState(false);
  const [sorting, setSorting] = useState<Sorting>({ key: 'port', descending: false });
  return { filter, oursOnly, sorting, setFilter, setOursOnly, setSorting };
}
