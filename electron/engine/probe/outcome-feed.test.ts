import { describe, expect, it } from 'vitest';
import { targetAnswered, targetUnreachable } from '../forward/target-outcome.ts';
import { OutcomeFeed, OwnOutcome } from './outcome-feed.ts';

const target = { host: 'imap', port: 143 };
const mine = { host: '127.0.0.1', port: 40001 };
const other = { host: '127.0.0.1', port: 40002 };

describe('the outcome of one’s own connection', () => {
  it('is found among others, whether it comes before or after we know who we are', async () => {
    for (const isEarly of [true, false]) {
      const feed = new OutcomeFeed();
      const own = new OwnOutcome(feed);
      feed.tell(targetUnreachable(target, 'ECONNREFUSED'), other);
      if (!isEarly) own.isFrom(mine);
      feed.tell(targetUnreachable(target, 'EHOSTUNREACH'), { host: '192.168.1.9', port: mine.port });
      feed.tell(targetAnswered(target), mine);
      if (isEarly) own.isFrom(mine);
      expect((await own.found).status).toBe('answered');
      own.stop();
    }
  });

  it('is found where a listener for both families sees us', async () => {
    const feed = new OutcomeFeed();
    const own = new OwnOutcome(feed);
    own.isFrom(mine);
    feed.tell(targetAnswered(target), { host: '::ffff:127.0.0.1', port: mine.port });
    expect((await own.found).status).toBe('answered');
  });

  it('is still found after very many of others', async () => {
    const feed = new OutcomeFeed();
    const own = new OwnOutcome(feed);
    for (let port = 1; port < 5000; port += 1) feed.tell(targetAnswered(target), { host: '10.0.0.1', port });
    feed.tell(targetUnreachable(target, 'ECONNREFUSED'), mine);
    own.isFrom(mine);
    expect((await own.found).status).toBe('failed');
  });
});
