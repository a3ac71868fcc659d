import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest } from './counts.mjs';

describe('countVitest', () => {
  it('counts, and names what did not run', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { assertionResults: [{ fullName: 'a works', status: 'passed' }] },
        {
          assertionResults: [
            { fullName: 'b works', status: 'failed' },
            { fullName: 'c works', status: 'skipped' },
            { fullName: 'd works', status: 'todo' },
          ],
        },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: ['c works', 'd works'] });
  });
});

describe('countPlaywright', () => {
  it('counts in suites of any depth, and takes a flaky test as failed', () => {
    const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
    const report = {
      suites: [
        {
          specs: [spec('a', 'expected'), spec('b', 'unexpected')],
          suites: [{ specs: [spec('c', 'flaky'), spec('d', 'skipped'), spec('e', 'expected')] }],
        },
      ],
    };
    expect(countPlaywright(report)).toEqual({ passed: 2, failed: 2, skipped: ['d'] });
  });

  it('counts nothing in a run that found no test', () => {
    expect(countPlaywright({ suites: [] })).toEqual({ passed: 0, failed: 0, skipped: [] });
  });
});
