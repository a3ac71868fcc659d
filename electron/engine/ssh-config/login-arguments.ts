/**
 * Claims that ssh takes this as the host on its command line, where a Host is asked for and where ssh starts itself for a jump
 * host (ssh.c, valid_hostname; CVE-2023-51385).
 */
export function isHostArgument(host: string): boolean {
  return host !== '' && !/^-|['`"$\\;&<>|(){},\s\p{Cc}]/u.test(host);
}

/** The same of the user (ssh.c, valid_ruser). What the files say of the user is not held against it. */
export function isUserArgument(user: string): boolean {
  return !/^-|['`";&<>|(){}]|\s-|\\$/.test(user);
}
