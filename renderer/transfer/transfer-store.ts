import { create } from 'zustand';
import type { ImportOffer } from '#shared/transfer/import-offer.ts';
import { api } from '../api.ts';

/** What the window shows of a transfer. */
export type Transfer =
  | { readonly name: 'none' }
  | { readonly name: 'export' }
  /** What the user's ssh configuration names. */
  | { readonly name: 'hosts' }
  /** What a file holds. */
  | { readonly name: 'offer'; readonly offer: ImportOffer }
  /** Nothing could be read of it. */
  | { readonly name: 'refused'; readonly message: string };

/** Which dialog of a transfer is open. */
export const useTransfer = create<{ readonly transfer: Transfer }>()(() => ({ transfer: { name: 'none' } }));

/** Asks which tunnels to export. */
export function beginExport(): void {
  show({ name: 'export' });
}

/** Shows the Hosts of the user's ssh configuration. */
export function beginHosts(): void {
  show({ name: 'hosts' });
}

/** Asks for a file, and shows what it holds. */
export async function beginImport(): Promise<void> {
  const reply = await api.call('transfer.readImport', null);
  if (!reply.ok) show({ name: 'refused', message: reply.error.message });
  else if (reply.value !== null) show({ name: 'offer', offer: reply.value });
}

/** Closes the dialog; a file that was read is dropped. */
export function endTransfer(): void {
  const { transfer } = useTransfer.getState();
  if (transfer.name === 'offer') void api.call('transfer.dropImport', { importId: transfer.offer.importId });
  show({ name: 'none' });
}

function show(transfer: Transfer): void {
  useTransfer.setState({ transfer });
}
