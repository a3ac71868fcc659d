import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { watchFiles } from './watch-files.ts';

it('tells that a file came, was written, and may be written by others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'culvert-watch-'));
  const file = join(folder, 'config');
  const onChange = vi.fn();
  const stop = watchFiles([file], onChange);
  const changes = [
    () => writeFile(file, 'Host a\n', { mode: 0o600 }),
    () => writeFile(file, 'Host b\n'),
    () => chmod(file, 0o666),
  ];
  try {
    for (const [index, change] of changes.entries()) {
      await change();
      await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(index + 1), 10_000);
    }
  } finally {
    stop();
    await rm(folder, { recursive: true });
  }
});
