/**
 * Claims that a user name means the same wherever ssh takes it: in a list for -J, before an `@`, and in a command for a shell
 * that ssh makes of these. Others have to be given with -l.
 */
export function isPlainUser(user: string): boolean {
  return /^[\p{L}\p{N}_.][\p{L}\p{N}_.+-]*$/u.test(user);
}

/** Claims that ssh takes the user name on its command line at all, in whatever form (OpenSSH 9.6 ssh.c, valid_ruser). */
export function takesUser(user: string): boolean {
  return !/^-|['`";&<>|(){}\p{Cc}]|\s-|\\$/u.test(user);
}
