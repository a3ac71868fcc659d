import { describe, expect, it } from 'vitest';
import { type StepResult, summarize } from './summary.mjs';

const good: StepResult = { title: 'Unit tests', verdict: 'good', ms: 1234, passed: 5, failed: 0 };

describe('summarize', () => {
  it('adds the counts up in the closing line', () => {
    const { closingLine, table } = summarize([good, { ...good, title: 'End to end', passed: 7 }]);
    expect(closingLine).toBe('12 passed, 0 failed');
    expect(table).toContain('Unit tests     1.2 s  ok, 5 passed, 0 failed');
  });

  it('never says that nothing failed in a run that did', () => {
    const crashed: StepResult = { title: 'Types', verdict: 'bad', ms: 1, passed: 0, failed: 0 };
    expect(summarize([crashed, good]).closingLine).toBe('5 passed, 1 failed');
    expect(summarize([{ ...crashed, failed: 3 }]).closingLine).toBe('0 passed, 3 failed');
  });

  it('says which steps were not run', () => {
    const notRun: StepResult = { title: 'Build', verdict: 'not run', ms: 0, passed: 0, failed: 0 };
    expect(summarize([good, notRun]).table).toContain('not run');
  });
});
