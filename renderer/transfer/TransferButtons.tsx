import { FileDown, FileUp } from 'lucide-react';
import { Button, IconButton } from '../design/Button.tsx';
import { beginExport, beginImport } from './transfer-store.ts';

/** Import and export beside the list of tunnels. */
export function TransferButtons() {
  return (
    <>
      <IconButton label="Import tunnels…" onClick={() => void beginImport()}>
        <FileDown aria-hidden="true" />
      </IconButton>
      <IconButton label="Export tunnels…" onClick={beginExport}>
        <FileUp aria-hidden="true" />
      </IconButton>
    </>
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
