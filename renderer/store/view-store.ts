import { create } from 'zustand';

/** Where the window is. */
export type View =
  /**
   * `focusOn` is whose control takes the focus once it is there: the `Edit` of that profile's card, or, for null,
   * `New tunnel`. With `focusWhat` it is the card's way to the connections.
   */
  | { readonly name: 'tunnels'; readonly focusOn?: string | null; readonly focusWhat?: 'connections' }
  /** `filter` is what the filter box starts with, `server` the tunnel whose server is shown; this computer without. */
  | { readonly name: 'listeners'; readonly filter?: string; readonly server?: string }
  /** Who is in one tunnel. */
  | { readonly name: 'connections'; readonly tunnelId: string }
  /** The form of one profile, or of a new one. */
  | { readonly name: 'form'; readonly profileId: string | null };

interface ViewState {
  readonly view: View;
  /** The form holds edits that are not saved. */
  readonly hasUnsavedEdits: boolean;
  /** Where the user wants to go once it is settled what becomes of the edits. */
  readonly wanted: View | null;
}

/** Where the window is and where it is asked to go. */
export const useViewStore = create<ViewState>()(() => ({
  view: { name: 'tunnels' },
  hasUnsavedEdits: false,
  wanted: null,
}));

/** Goes there at once, or asks first when edits would be lost. */
export function goTo(view: View): void {
  const { hasUnsavedEdits } = useViewStore.getState();
  useViewStore.setState(hasUnsavedEdits ? { wanted: view } : { view, wanted: null });
}

/** The form says whether leaving would lose something. */
export function setUnsavedEdits(hasUnsavedEdits: boolean): void {
  useViewStore.setState({ hasUnsavedEdits });
}

/** The edits are to be kept: stay. */
export function stay(): void {
  useViewStore.setState({ wanted: null });
}

/** The edits are saved or may be lost: go. */
export function leaveFor(view: View): void {
  useViewStore.setState({ view, wanted: null, hasUnsavedEdits: false });
}
