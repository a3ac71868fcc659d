import type { MenuItemConstructorOptions } from 'electron';
import { assertNever } from '#shared/assert-never.ts';
import type { TrayAction, TrayEntry } from '../app/tray-model.ts';

/** What the entries do when clicked. */
export interface TunnelsMenuActions {
  /** Starts a tunnel that is off, stops one that is on. */
  toggle(id: string): void;
  act(action: TrayAction): void;
}

/** Builds the entries that the tray and the application menu's `Tunnels` have in common. */
export function tunnelsMenu(
  entries: readonly TrayEntry[],
  { toggle, act }: TunnelsMenuActions,
): MenuItemConstructorOptions[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'tunnel':
        return {
          type: 'checkbox',
          label: plainLabel(entry.label),
          checked: entry.running,
          click(item) {
            // The menu toggles its mark by itself; it must show what is, and the tunnel has not moved yet.
            item.checked = entry.running;
            toggle(entry.id);
          },
        };
      case 'action':
        return {
          label: plainLabel(entry.label),
          enabled: entry.enabled,
          click: () => act(entry.action),
        };
      case 'note':
        return { label: plainLabel(entry.label), enabled: false };
      case 'separator':
        return { type: 'separator' };
      default:
        return assertNever(entry);
    }
  });
}

/** A single `&` would vanish and mark a key. */
function plainLabel(label: string): string {
  return label.replaceAll('&', '&&');
}
