// Is this file the one that we mean? Subresource-integrity hashes, as npm writes them.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SetupStop } from './stop.mjs';

/**
 * Stops unless the file has exactly the pinned hash.
 *
 * @param {string} file
 * @param {string} integrity `sha512-` and the hash in base64
 * @returns {Promise<void>}
 */
export async function checkIntegrity(file, integrity) {
  const [algorithm = ''] = integrity.split('-', 1);
  if (algorithm !== 'sha512') throw new Error(`integrity is not a sha512 hash: ${integrity}`);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const found = `${algorithm}-${hash.digest('base64')}`;
  if (found !== integrity) {
    throw new SetupStop(
      `The downloaded file is not the expected one, and was thrown away.\n  expected ${integrity}\n  received ${found}`,
    );
  }
}
