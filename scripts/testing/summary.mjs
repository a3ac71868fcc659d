// The table at the end of `npm test`.

/**
 * @typedef {object} StepResult
 * @property {string} title
 * @property {'good' | 'bad' | 'not run'} verdict
 * @property {number} ms how long it took
 * @property {number} passed tests
 * @property {number} failed tests
 */

/**
 * The table, and below it the closing line with the counts. A step that fails without a failed test (a type error, a
 * runner that crashed) counts as one failure, so that the closing line of a bad run never says `0 failed`.
 *
 * @param {readonly StepResult[]} results
 * @returns {{ table: string, closingLine: string }}
 */
export function summarize(results) {
  const width = Math.max(...results.map(({ title }) => title.length));
  const lines = results.map(
    (result) => `  ${result.title.padEnd(width)}  ${seconds(result.ms).padStart(8)}  ${verdictText(result)}`,
  );
  const total = results.reduce((sum, { ms }) => sum + ms, 0);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + failures(result), 0);
  return {
    table: [...lines, `  ${'In all'.padEnd(width)}  ${seconds(total).padStart(8)}`].join('\n'),
    closingLine: `${passed} passed, ${failed} failed`,
  };
}

/**
 * @param {StepResult} result
 * @returns {string}
 */
function verdictText({ verdict, passed, failed }) {
  if (verdict === 'not run') return 'not run';
  const word = verdict === 'good' ? 'ok' : 'FAILED';
  return passed + failed === 0 ? word : `${word}, ${passed} passed, ${failed} failed`;
}

/**
 * @param {StepResult} result
 * @returns {number}
 */
function failures({ verdict, failed }) {
  return verdict === 'bad' ? Math.max(1, failed) : failed;
}

/**
 * @param {number} ms
 * @returns {string}
 */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
