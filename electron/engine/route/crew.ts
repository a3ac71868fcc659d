import type { ConnectPhase, JumpProgress } from '#shared/tunnel-state.ts';
import type { LoginDesk } from '../ssh/login-desk.ts';
import type { SecretsAccount } from '../ssh/login-secrets.ts';

/** Whoever wants a session at the end of a way: one tunnel, over all its attempts. */
export interface Crew {
  /** The same for every attempt of one tunnel, different for every tunnel. */
  readonly owner: object;
  /** Where a login on the way asks. */
  deskFor(account: SecretsAccount & { readonly password: string | null }): LoginDesk;
  /** How far the way is gone; `jump` says at which jump host, null at the tunnel's own server. */
  onPhase(phase: ConnectPhase, jump: JumpProgress | null): void;
}
