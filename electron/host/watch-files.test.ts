import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFiles } from './watch-files.ts';

let folder: string;
let unwatch: () => void = () => {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-watch-'));
});

afterEach(() => {
  unwatch();
  rmSync(folder, { recursive: true });
});

it('tells of permissions that change while the text stays', async () => {
  const config = join(folder, 'config');
  writeFileSync(config, 'Host web', { mode: 0o600 });
  const onChange = vi.fn();
  unwatch = watchFiles([config], onChange);
  let mode = 0o600;
  // Changed again and again: the first look may come after a change, and knows of none then.
  await vi.waitFor(
    () => {
      mode = mode === 0o600 ? 0o640 : 0o600;
      chmodSync(config, mode);
      expect(onChange).toHaveBeenCalled();
    },
    { timeout: 10_000, interval: 100 },
  );
}, 15_000);
