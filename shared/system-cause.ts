/** Codes of system calls (errno(3)) and of name resolution (getaddrinfo(3)) that people meet. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  ENAMETOOLONG: 'its name is too long',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
  EIO: 'the disk failed',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  EADDRNOTAVAIL: 'no route to it',
  ENOTFOUND: 'no computer of that name',
  EAI_AGAIN: 'its name could not be looked up',
};

/** Puts the code of a failed system call, such as `EACCES`, into words; gives any other text back as it is. */
export function describeSystemCause(cause: string): string {
  return Object.hasOwn(WORDS, cause) ? (WORDS[cause] ?? cause) : cause;
}
