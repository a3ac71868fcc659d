/** Gives the focus to the one click that changes a tunnel. Does nothing where the tunnel has no card in sight. */
export function focusCard(tunnelId: string): void {
  document.querySelector<HTMLElement>(`[data-tunnel="${CSS.escape(tunnelId)}"] header button`)?.focus();
}

/** The same after a dialog about the tunnel was closed, if what had opened it is gone, or nothing had. */
export function focusCardIfLost(tunnelId: string): void {
  if (document.activeElement === document.body) focusCard(tunnelId);
}
