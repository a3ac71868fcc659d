import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { isRunning, tunnelLine } from '#shared/tunnel-words.ts';

/** What a click on an entry does. */
export type TrayAction = 'startAll' | 'stopAll' | 'show' | 'quit';

/** One line of the tray's menu, and of the application menu's `Tunnels`. */
export type TrayEntry =
  /** A click toggles the tunnel; `running` says whether it is on. */
  | { readonly kind: 'tunnel'; readonly id: string; readonly label: string; readonly running: boolean }
  | {
      readonly kind: 'action';
      readonly action: TrayAction;
      readonly label: string;
      readonly enabled: boolean;
    }
  /** Words that do nothing. */
  | { readonly kind: 'note'; readonly label: string }
  | { readonly kind: 'separator' };

/** Lists the entries. Labels are plain text: a menu in which `&` marks a key must double it. */
export function trayModel(
  profiles: readonly Profile[],
  tunnel: (id: string) => TunnelSnapshot,
): readonly TrayEntry[] {
  const tunnels = profiles.map(({ id, name }): TrayEntry & { readonly kind: 'tunnel' } => {
    const snapshot = tunnel(id);
    return {
      kind: 'tunnel',
      id,
      label: tunnelLine(name, snapshot),
      running: isRunning(snapshot.state.status),
    };
  });
  const someRun = tunnels.some(({ running }) => running);
  const someRest = tunnels.some(({ running }) => !running);
  return [
    ...(tunnels.length > 0 ? tunnels : [{ kind: 'note', label: 'No tunnels yet' } as const]),
    { kind: 'separator' },
    { kind: 'action', action: 'startAll', label: 'Start all', enabled: someRest },
    { kind: 'action', action: 'stopAll', label: 'Stop all', enabled: someRun },
    { kind: 'separator' },
    { kind: 'action', action: 'show', label: 'Show Culvert', enabled: true },
    { kind: 'action', action: 'quit', label: 'Quit Culvert', enabled: true },
  ];
}
