import type { TunnelError } from '#shared/tunnel-error.ts';

/** Ends a login for a known reason. */
export class LoginFailure extends Error {
  readonly error: TunnelError;

  constructor(error: TunnelError) {
    super(error.code);
    this.error = error;
  }
}
