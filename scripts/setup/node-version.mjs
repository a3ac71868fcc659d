// The one requirement that we cannot install: a new enough Node.
import { SetupStop } from './stop.mjs';

/** The oldest Node that Vite and Vitest accept, as in package.json's `engines`. */
const oldest = /** @type {const} */ ([20, 19]);

/**
 * Stops when Node is too old.
 *
 * @param {string} [version] as in `process.versions.node`
 * @returns {void}
 */
export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new SetupStop(`Culvert needs Node ${oldest.join('.')} or newer; this is Node ${version}.`);
}
