import type { Profile } from '#shared/profile.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { makeServerLineSafe } from './server-text.ts';

/*
 * No code of SSH says that an account or its password has run out: the words of OpenSSH and of PAM are all there is.
 * Words that are not known here only mean that the error is named less well.
 */

/**
 * An expired account, by what the server said between a proof that was right and its end (pam_unix(8), in a banner). What it says to
 * everyone beforehand may speak of expired accounts, too, and tells nothing.
 */
export function accountExpired(words: string, { host, port, user }: Profile['server']): TunnelError | null {
  if (!/\baccount (?:has |is )?expired\b/i.test(words)) return null;
  return { code: 'accountExpired', host, port, user, reason: makeServerLineSafe(words) };
}

/**
 * An expired password, by what OpenSSH runs in place of every command: it logs such a user in, forwards nothing, and wants the
 * password changed at a terminal first (session.c, do_pwchange).
 */
export function passwordExpired(
  look: ServerLook,
  { host, port, user }: Profile['server'],
): TunnelError | null {
  const isExpired =
    look.status === 'noCommands' &&
    look.reason === 'otherAnswer' &&
    /\bpassword has expired\b/i.test(look.said);
  return isExpired ? { code: 'passwordExpired', host, port, user } : null;
}
