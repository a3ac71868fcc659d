import { isUnheard } from '#shared/engine-silence.ts';
import { isOpenToOthers } from '#shared/open-to-others.ts';
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
  const tunnels = profiles.map((profile): TrayEntry & { readonly kind: 'tunnel' } => {
    const { id, name } = profile;
    const snapshot = tunnel(id);
    const line = tunnelLine(name, snapshot);
    return {
      kind: 'tunnel',
      id,
      label: openToOthers(profile, snapshot) ? `${line}, open to others` : line,
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

/** Claims that one of its forwards is known to be open to others now. */
function openToOthers({ forwards }: Profile, snapshot: TunnelSnapshot): boolean {
  if (isUnheard(snapshot)) return false;
  return forwards.some((forward) =>
    isOpenToOthers(
      forward,
      snapshot.forwards.find(({ id }) => id === forward.id),
    ),
  );
}
