import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkIntegrity } from './integrity.mjs';
import { SetupStop } from './stop.mjs';

describe('checkIntegrity', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'culvert-integrity-'));
    file = join(folder, 'download');
    await writeFile(file, 'the bytes that we mean');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const pinned = `sha512-${createHash('sha512').update('the bytes that we mean').digest('base64')}`;

  it('accepts the pinned bytes', async () => {
    await expect(checkIntegrity(file, pinned)).resolves.toBeUndefined();
  });

  it('refuses one changed byte, naming both hashes', async () => {
    await writeFile(file, 'the bytes that we meam');
    await expect(checkIntegrity(file, pinned)).rejects.toThrow(SetupStop);
    await expect(checkIntegrity(file, pinned)).rejects.toThrow(pinned);
  });

  it('takes no weaker hash', async () => {
    const weak = `sha1-${createHash('sha1').update('the bytes that we mean').digest('base64')}`;
    await expect(checkIntegrity(file, weak)).rejects.toThrow('not a sha512');
  });
});
