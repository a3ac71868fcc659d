import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { HostsDialog } from './HostsDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { beginImport, endTransfer, useTransfer } from './transfer-store.ts';

/** The dialogs by which tunnels leave and come in. */
export function TransferDialogs() {
  const transfer = useTransfer((state) => state.transfer);
  switch (transfer.name) {
    case 'none':
      return null;
    case 'export':
      return <ExportDialog />;
    case 'hosts':
      return <HostsDialog />;
    case 'offer':
      return <ImportDialog key={transfer.offer.importId} offer={transfer.offer} />;
    case 'refused':
      return <RefusedDialog message={transfer.message} />;
  }
}

function RefusedDialog({ message }: { readonly message: string }) {
  return (
    <Dialog title="Nothing to import" tone="bad" onCancel={endTransfer}>
      <p role="alert">{message}</p>
      <DialogButtons>
        <Button onClick={endTransfer}>Cancel</Button>
        <Button look="primary" onClick={() => void beginImport()}>
          Choose another file…
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
