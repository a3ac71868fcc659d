import { FolderInput, ServerCog, Share } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../design/Button.tsx';
import styles from './transfer-buttons.module.css';
import { beginExport, beginHosts, beginImport } from './transfer-store.ts';

/** Import and export beside the list of tunnels: with words, or, where room is short, with pictures that are told apart. */
export function TransferButtons() {
  return (
    <span className={styles.buttons}>
      <TransferButton
        label="Import tunnels…"
        word="Import"
        icon={<FolderInput />}
        onClick={() => void beginImport()}
      />
      <TransferButton
        label="Import from ~/.ssh/config…"
        word="~/.ssh/config"
        icon={<ServerCog />}
        onClick={beginHosts}
      />
      <TransferButton label="Export tunnels…" word="Export" icon={<Share />} onClick={beginExport} />
    </span>
  );
}

interface TransferButtonProps {
  /** Its accessible name, shown when the pointer rests on it. */
  readonly label: string;
  readonly word: string;
  readonly icon: ReactElement;
  onClick(): void;
}

function TransferButton({ label, word, icon, onClick }: TransferButtonProps) {
  return (
    <Button look="quiet" aria-label={label} title={label} onClick={onClick}>
      <span aria-hidden="true" className={styles.icon}>
        {icon}
      </span>
      <span className={styles.word}>{word}</span>
    </Button>
  );
}

/** The Hosts of the ssh configuration where there is no tunnel yet. */
export function HostsButton() {
  return (
    <Button onClick={beginHosts}>
      <ServerCog aria-hidden="true" />
      From ~/.ssh/config…
    </Button>
  );
}

/** The import where there is no tunnel yet. */
export function ImportButton() {
  return (
    <Button onClick={() => void beginImport()}>
      <FolderInput aria-hidden="true" />
      Import tunnels…
    </Button>
  );
}
