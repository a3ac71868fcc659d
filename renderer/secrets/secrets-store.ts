import { create } from 'zustand';

/** Whether the list of kept secrets is open. */
export const useSecretsDialog = create<{ readonly isOpen: boolean }>()(() => ({ isOpen: false }));

export function openSecrets(): void {
  useSecretsDialog.setState({ isOpen: true });
}

export function closeSecrets(): void {
  useSecretsDialog.setState({ isOpen: false });
}
