import { describe, expect, it } from 'vitest';
import type { ListenersResult, SystemListener } from '#shared/listener.ts';
import { fail, succeed } from '#shared/result.ts';
import { LostListeners } from './lost-listeners.ts';
import type { OurListener } from './our-listeners.ts';

const ours = (port: number): OurListener => ({
  tunnelId: 't',
  tunnelName: 'Mail',
  forwardId: 'f',
  address: '127.0.0.1',
  port,
});

const inTable = (port: number, pid = process.pid): SystemListener => ({
  protocol: 'tcp',
  address: '127.0.0.1',
  port,
  state: 'LISTEN',
  process: { name: 'node', pid },
  owner: null,
  reach: { kind: 'thisComputer' },
  ours: null,
});

/** Looks once for each of these answers of the system; gives the ports that were called lost after each. */
async function looks(
  answers: readonly (readonly SystemListener[] | 'failed')[],
  believed: () => readonly OurListener[] = () => [ours(1), ours(2)],
) {
  let answer: ListenersResult = succeed([]);
  const lost: number[] = [];
  const watch = new LostListeners({
    ours: believed,
    list: async () => answer,
    onLost: ({ port }) => void lost.push(port),
  });
  const told: number[][] = [];
  for (const each of answers) {
    answer = each === 'failed' ? fail({ code: 'unreadable', detail: '' }) : succeed(each);
    await watch.look();
    told.push(lost.splice(0));
  }
  return told;
}

const both = [inTable(1), inTable(2)];

describe('a listener of ours', () => {
  it('is lost when it was there and is missing in two looks', async () => {
    expect(await looks([both, [inTable(1)], [inTable(1)], [inTable(1)]])).toEqual([[], [], [2], []]);
  });

  it('is not lost that was missing once', async () => {
    expect(await looks([both, [inTable(1)], both, [inTable(1)], both])).toEqual([[], [], [], [], []]);
  });

  it('is lost though another program listens in its place', async () => {
    const taken = [inTable(1), inTable(2, process.pid + 1)];
    expect(await looks([both, taken, taken])).toEqual([[], [], [2]]);
  });

  it('is not lost that the system never showed us, nor by a look that fails', async () => {
    expect(await looks([[], [], [], []])).toEqual([[], [], [], []]);
    expect(await looks([both, 'failed', 'failed', 'failed'])).toEqual([[], [], [], []]);
  });

  it('is not lost that was closed meanwhile', async () => {
    let asked = 0;
    const closing = () => (++asked > 2 ? [ours(1)] : [ours(1), ours(2)]);
    expect(await looks([both, [inTable(1)], [inTable(1)]], closing)).toEqual([[], [], []]);
  });
});
