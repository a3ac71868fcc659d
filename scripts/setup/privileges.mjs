// Who runs us, and what follows from that.

/** @returns {boolean} whether we are root; false on Windows */
export function isRoot() {
  return process.getuid?.() === 0;
}

/** @returns {boolean} whether this is a run that must leave nothing out: as root, or with CI=true */
export function mustRunEverything() {
  return isRoot() || process.env.CI === 'true';
}
