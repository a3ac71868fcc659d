/** What a person can do about an error with one click. */
export type Remedy =
  | 'retry'
  | 'allowCommand'
  | 'endGhost'
  | 'edit'
  | 'showKeys'
  | 'confirmExposure'
  | 'showListeners';

/** An error in plain words. */
export interface ErrorDescription {
  /** What happened, and to what: one sentence. */
  readonly what: string;
  /** What to do about it: one sentence. */
  readonly advice: string;
  /** The button that does it, if one can. */
  readonly remedy: Remedy | null;
}

/** Puts one together. */
export function say(what: string, advice: string, remedy: Remedy | null): ErrorDescription {
  return { what, advice, remedy };
}
