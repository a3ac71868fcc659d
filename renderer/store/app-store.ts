import { create } from 'zustand';
import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { type AppState, emptyState } from './app-state.ts';
import type { HostKeyChanged, PromptAsking } from './askings.ts';

/** What the window knows of the app; `connect.ts` fills it. */
export const useAppStore = create<AppState>()(() => emptyState);

/** One profile; undefined once it is deleted. */
export function useProfile(id: string): Profile | undefined {
  return useAppStore((state) => state.profiles[id]);
}

/** One tunnel as it stands now. A profile that was never started is a stopped tunnel. */
export function useTunnel(id: string): TunnelSnapshot {
  return useAppStore((state) => state.tunnels[id]) ?? stoppedTunnel(id);
}

const stopped = new Map<string, TunnelSnapshot>();

/** A stopped tunnel, the same object every time. */
export function stoppedTunnel(id: string): TunnelSnapshot {
  const known = stopped.get(id) ?? { id, state: { status: 'stopped' }, forwards: [], lastError: null };
  stopped.set(id, known);
  return known;
}

/** Shows a changed host key again, in front of all that waits. */
export function showHostKeyChanged(tunnelId: string, error: HostKeyChanged): void {
  useAppStore.setState(({ askings }) => ({
    askings: [
      { kind: 'hostKeyChanged', tunnelId, error },
      ...askings.filter((asking) => asking.kind !== 'hostKeyChanged' || asking.tunnelId !== tunnelId),
    ],
  }));
}

/** The person has seen it. */
export function dismissHostKeyChanged(tunnelId: string): void {
  useAppStore.setState(({ askings }) => ({
    askings: askings.filter((asking) => asking.kind !== 'hostKeyChanged' || asking.tunnelId !== tunnelId),
  }));
}

/** A person has had the time to read a question. Does nothing once it is answered or gone. */
export function markSeen(promptId: string): void {
  setProgress(promptId, (progress) => progress ?? 'seen');
}

/** The answer to a question is on its way, or it did not arrive and can be given again. */
export function markAnswered(promptId: string, isAnswered: boolean): void {
  setProgress(promptId, () => (isAnswered ? 'answered' : 'seen'));
}

type Progress = PromptAsking['progress'];

function setProgress(promptId: string, after: (before: Progress) => Progress & string): void {
  useAppStore.setState(({ askings }) => ({
    askings: askings.map((asking) =>
      asking.kind === 'prompt' && asking.promptId === promptId
        ? { ...asking, progress: after(asking.progress) }
        : asking,
    ),
  }));
}

/** The person has read that a question is over. */
export function dismissOver(promptId: string): void {
  useAppStore.setState(({ askings }) => ({
    askings: askings.filter((asking) => asking.kind !== 'over' || asking.prompt.id !== promptId),
  }));
}
