import { describe, expect, it } from 'vitest';
import { stopWords } from './stop-words.ts';

const forwards = (...enabled: readonly boolean[]) => enabled.map((each) => ({ enabled: each }));

describe('the button that stops another tunnel', () => {
  it('says how many forwards end with it', () => {
    expect(stopWords('Mail', forwards(true, true, true))).toBe('Stop “Mail” (all 3 of its forwards)');
    expect(stopWords('Mail', forwards(true, true))).toBe('Stop “Mail” (both of its forwards)');
  });

  it('counts only those that are switched on', () => {
    expect(stopWords('Mail', forwards(true, false, false))).toBe('Stop “Mail”');
    expect(stopWords('Mail', forwards(false, true, true))).toBe('Stop “Mail” (both of its forwards)');
  });

  it('promises nothing of a tunnel that is gone', () => {
    expect(stopWords('Mail', [])).toBe('Stop “Mail”');
  });
});
