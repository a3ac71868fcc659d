import { chmod } from 'node:fs/promises';

/** For tests: does the work in a folder without root's power to pass over permissions; an ordinary user has none to lose. */
export async function withoutPrivilege<Value>(
  folder: string,
  work: () => Promise<Value>,
  folderMode = 0o755,
): Promise<Value> {
  if (process.geteuid?.() !== 0) return work();
  const nobody = 65534;
  await chmod(folder, folderMode);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
