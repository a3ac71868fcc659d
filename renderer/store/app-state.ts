import type { AppSnapshot } from '#shared/contract/app.ts';
import type { PayloadOf } from '#shared/contract/command.ts';
import type { Events } from '#shared/contract/index.ts';
import type { Environment } from '#shared/environment.ts';
import type { Notice } from '#shared/notice.ts';
import type { Profile } from '#shared/profile.ts';
import type { Settings } from '#shared/settings.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { type Asking, askingAfter, askingWithout, firstAskings } from './askings.ts';
import { isSameData } from './same-data.ts';

/** What the window knows of the app. Traffic is kept apart, because it changes every second. */
export interface AppState {
  /** False until the first snapshot has arrived. */
  readonly ready: boolean;
  /** The profiles' ids, in order. */
  readonly order: readonly string[];
  readonly profiles: Readonly<Record<string, Profile>>;
  /** By the profile's or the check's id; a tunnel that was never started may be absent. */
  readonly tunnels: Readonly<Record<string, TunnelSnapshot>>;
  /** What waits for a person, the one to show first. */
  readonly askings: readonly Asking[];
  readonly settings: Settings;
  readonly notices: readonly Notice[];
  readonly environment: Environment;
}

/** The events that change this state. */
export type StateEvent = {
  [Name in Exclude<keyof Events, 'traffic.sampled' | 'app.navigate'>]: {
    readonly name: Name;
    readonly payload: PayloadOf<Events, Name>;
  };
}[Exclude<keyof Events, 'traffic.sampled' | 'app.navigate'>];

/** Before anything is known. */
export const emptyState: AppState = {
  ready: false,
  order: [],
  profiles: {},
  tunnels: {},
  askings: [],
  settings: { openAtLogin: false, toldAboutClosing: false },
  notices: [],
  environment: {
    platform: 'other',
    appVersion: '',
    userDataFolder: '',
    tray: false,
    keychain: 'none',
    canOpenAtLogin: false,
    profilesReadOnly: null,
    localUser: '',
  },
};

/** The state that a snapshot of the whole app describes. */
export function fromSnapshot(snapshot: AppSnapshot): AppState {
  const { profiles, tunnels, settings, notices, environment } = snapshot;
  return {
    ready: true,
    ...withProfiles({}, profiles),
    tunnels: Object.fromEntries(tunnels.map((tunnel) => [tunnel.id, tunnel])),
    askings: firstAskings(tunnels),
    settings,
    notices,
    environment,
  };
}

/** The state after an event. What did not change stays the same object, so that only what did is drawn again. */
export function afterEvent(state: AppState, event: StateEvent): AppState {
  switch (event.name) {
    case 'profiles.changed':
      return { ...state, ...withProfiles(state.profiles, event.payload.profiles) };
    case 'tunnel.changed': {
      const tunnel = event.payload;
      const askings = askingAfter(state.askings, state.tunnels[tunnel.id], tunnel);
      return { ...state, askings, tunnels: { ...state.tunnels, [tunnel.id]: tunnel } };
    }
    case 'tunnel.removed': {
      const { id } = event.payload;
      const { [id]: gone, ...tunnels } = state.tunnels;
      const askings = askingWithout(state.askings, id, gone);
      return { ...state, askings, tunnels };
    }
    case 'settings.changed':
      return { ...state, settings: event.payload };
    case 'notices.changed':
      return { ...state, notices: event.payload.notices };
    case 'environment.changed':
      return { ...state, environment: event.payload };
  }
}

function withProfiles(
  known: Readonly<Record<string, Profile>>,
  profiles: readonly Profile[],
): Pick<AppState, 'order' | 'profiles'> {
  const entries = profiles.map((profile) => {
    const before = known[profile.id];
    return [profile.id, before && isSameData(before, profile) ? before : profile] as const;
  });
  return { order: profiles.map(({ id }) => id), profiles: Object.fromEntries(entries) };
}
