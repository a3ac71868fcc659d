/** The code of a file system error (`ENOSPC`), or the error's name: short, and free of the file's content. */
export function fileErrorCode(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'unknown error';
}

/** A file system error in words for people, with its code: `the disk is full (ENOSPC)`. */
export function fileErrorWords(error: unknown): string {
  const code = fileErrorCode(error);
  const words = WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'a folder is in its place',
  ENOTDIR: 'a file is in the place of a folder',
  ENOENT: 'there is no such file or folder',
  ENAMETOOLONG: 'its name is too long',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
  EIO: 'the disk failed',
};
