import { describe, expect, it } from 'vitest';
import type { ChannelRefusal } from './channel-source.ts';
import { targetRefused } from './target-outcome.ts';

const target = { host: 'imap', port: 143 };

describe('a refused target', () => {
  it.each<[ChannelRefusal['reason'], string]>([
    ['notPermitted', 'targetNotAllowed'],
    ['connectFailed', 'targetRefused'],
    ['resourceShortage', 'targetRefused'],
    ['unknown', 'targetRefused'],
  ])('for %s is %s, with the server’s words made safe', (reason, code) => {
    const message = '\x1b[31mConnection\x07 refused\u202e\n by policy';
    expect(targetRefused(target, { reason, message })).toMatchObject({
      status: 'failed',
      error: { code, target, detail: 'Connection refused by policy' },
    });
  });

  it('says nothing when the session was lost', () => {
    expect(targetRefused(target, { reason: 'sessionLost', message: '' })).toBeNull();
  });
});
