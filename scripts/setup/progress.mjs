// Shows how far a download is: redrawn in place on a terminal, a line every tenth in a log.

/**
 * @param {string} label what is being downloaded
 * @param {number} totalBytes
 * @returns {{ update: (bytes: number) => void, finish: () => void }}
 */
export function startProgress(label, totalBytes) {
  let shownTenth = -1;
  /** @param {number} bytes */
  const update = (bytes) => {
    const share = Math.min(1, bytes / totalBytes);
    const text = `${label}: ${megabytes(bytes)} of ${megabytes(totalBytes)} MB (${Math.floor(share * 100)} %)`;
    if (process.stdout.isTTY) {
      process.stdout.write(`\r\u001B[K${text}`);
    } else if (Math.floor(share * 10) > shownTenth) {
      shownTenth = Math.floor(share * 10);
      console.log(text);
    }
  };
  update(0);
  return {
    update,
    finish: () => {
      update(totalBytes);
      if (process.stdout.isTTY) process.stdout.write('\n');
    },
  };
}

/**
 * @param {number} bytes
 * @returns {number}
 */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
