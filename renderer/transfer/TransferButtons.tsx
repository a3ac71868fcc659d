import { FileCog, FileDown, FileUp } from 'lucide-react';
import { Button, IconButton } from '../design/Button.tsx';
import styles from './transfer-buttons.module.css';
import { beginExport, beginHosts, beginImport } from './transfer-store.ts';

/** Import and export beside the list of tunnels; where there is no room for them, the File menu has them. */
export function TransferButtons() {
  return (
    <span className={styles.buttons}>
      <IconButton label="Import tunnels…" onClick={() => void beginImport()}>
        <FileDown aria-hidden="true" />
      </IconButton>
      <IconButton label="Import from ~/.ssh/config…" onClick={beginHosts}>
        <FileCog aria-hidden="true" />
      </IconButton>
      <IconButton label="Export tunnels…" onClick={beginExport}>
        <FileUp aria-hidden="true" />
      </IconButton>
    </span>
  );
}

/** The Hosts of the ssh configuration where there is no tunnel yet. */
export function HostsButton() {
  return (
    <Button onClick={beginHosts}>
      <FileCog aria-hidden="true" />
      From ~/.ssh/config…
    </Button>
  );
}

/** The import where there is no tunnel yet. */
export function ImportButton() {
  return (
    <Button onClick={() => void beginImport()}>
      <FileDown aria-hidden="true" />
      Import tunnels…
    </Button>
  );
}
