/** What a proxy answered to our wish to be connected. */
export type ProxyReply =
  | { readonly kind: 'connected' }
  /** It wants a login, or another one. */
  | { readonly kind: 'loginRefused' }
  /** It would not, or could not: its reason in a few words for people, already safe to show. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** What it says is no answer of such a proxy. */
  | { readonly kind: 'notSuchAProxy' };

/** A login at a proxy. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}
