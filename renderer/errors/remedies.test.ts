import { describe, expect, it } from 'vitest';
import type { PortHolder } from '#shared/port-holder.ts';
import { remediesFor } from './remedies.ts';

const taken = (holder: PortHolder | null) =>
  remediesFor({ code: 'portInUse', endpoint: { host: '127.0.0.1', port: 8080 }, holder }, true);

describe('a port that is taken', () => {
  it('offers to see who has it where somebody listens there', () => {
    expect(taken({ kind: 'unseen', user: null, address: '127.0.0.1' })).toContain('showListeners');
  });

  it('does not offer that where no listener can be seen, and can still be tried again', () => {
    expect(taken(null)).not.toContain('showListeners');
    expect(taken(null)).toContain('retry');
  });
});
