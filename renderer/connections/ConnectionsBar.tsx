import { ClipboardCopy } from 'lucide-react';
import { formatConnectionsAsNetstat } from '#shared/connection-text.ts';
import { Button } from '../design/Button.tsx';
import { SearchField } from '../design/SearchField.tsx';
import frame from '../design/view.module.css';
import { run, sayDone } from '../store/messages.ts';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import { type ConnectionNames, type ConnectionRow, countWords } from './connection-rows.ts';
import { EndAllButton } from './EndAllButton.tsx';
import { ForwardChoice } from './ForwardChoice.tsx';

interface ConnectionsBarProps {
  readonly tunnelId: string;
  readonly names: ConnectionNames;
  /** Those on show. */
  readonly rows: readonly ConnectionRow[];
  /** How many the tunnel has. */
  readonly total: number;
  readonly filter: string;
  onFilter(filter: string): void;
  /** The one whose connections are on show; null for all. */
  readonly forwardId: string | null;
  onForward(forwardId: string | null): void;
  onEnded(): void;
}

/** What stands above the connections: which are shown, and what can be done with all of those. */
export function ConnectionsBar(props: ConnectionsBarProps) {
  const { tunnelId: id, names, rows, total, filter, onFilter, forwardId, onForward, onEnded } = props;
  const isSearched = filter.trim() !== '';
  const isFiltered = isSearched || forwardId !== null;
  const endAll = async () => {
    // Those on show may be fewer than there are, and others may have come meanwhile: without a search all are meant.
    const ended = isSearched
      ? await run('connections.end', { id, connectionIds: rows.map(({ connection }) => connection.id) })
      : await run('connections.endAll', { id, forwardId });
    if (ended) sayDone(`Ended ${countWords(ended.value.ended)}.`);
    onEnded();
  };
  const copy = () => {
    const kinded = rows.map(({ connection }) => ({
      connection,
      kind: names.forwards.get(connection.forwardId)?.kind ?? 'local',
    }));
    void copyText(formatConnectionsAsNetstat(kinded), `Copied ${countWords(rows.length)}`);
  };
  return (
    <div className={frame.bar}>
      <div className={frame.filters}>
        <SearchField
          label="Filter connections"
          placeholder="Filter by program, client, target"
          value={filter}
          onChange={onFilter}
        />
        {names.forwards.size > 1 && (
          <ForwardChoice names={names.forwards} forwardId={forwardId} onChoose={onForward} />
        )}
      </div>
      <div className={frame.actions}>
        <EndAllButton
          count={isFiltered ? rows.length : total}
          isFiltered={isFiltered}
          onEnd={() => void endAll()}
        />
        <Button title="Copy as text" onClick={copy}>
          <ClipboardCopy aria-hidden="true" />
          <span className={frame.label}>Copy as text</span>
        </Button>
      </div>
    </div>
  );
}
