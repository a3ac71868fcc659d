import { beforeEach, describe, expect, it } from 'vitest';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { PROOF_MS, SecretTurns, type Turn } from './secret-turns.ts';

const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'core', port: 22 };
const other: SecretSlot = { kind: 'passphrase', keyFile: '~/.ssh/id_work' };
const yours: Turn = { kind: 'yours' };

let now = 0;
let turns: SecretTurns;
beforeEach(() => {
  now = 1_000_000;
  turns = new SecretTurns(() => now);
});

/** A login, and what its wait has come to so far. */
function take(owner: object = {}, wanted = slot) {
  const seeker = { owner, turns: [] as Turn[] };
  void turns.take(wanted, owner).then((turn) => seeker.turns.push(turn));
  return seeker;
}

/** Every promise that can settle by now has. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a secret that nobody knows to be right', () => {
  it('is for the first who wants it; the others wait, whatever else they could do', async () => {
    const [first, second, third] = [take(), take(), take()];
    await settled();
    expect([first, second, third].map((each) => each.turns)).toEqual([[yours], [], []]);
    expect(turns.isTaken(slot, first.owner)).toBe(false);
    expect(turns.isTaken(slot, second.owner)).toBe(true);
    expect(turns.isTaken(other, second.owner)).toBe(false);
  });

  it('lets all go on at once, and with it, as soon as it is right', async () => {
    const [, second, third] = [take(), take(), take()];
    turns.proved(slot, 'hunter2');
    await settled();
    const proved = { kind: 'proved', secret: 'hunter2' };
    expect([second, third].map((each) => each.turns)).toEqual([[proved], [proved]]);
  });

  it('stays with the one who tried it when it was wrong, until another is right', async () => {
    const [first, second] = [take(), take()];
    turns.refused(slot);
    const again = take(first.owner);
    await settled();
    expect([again.turns, second.turns]).toEqual([[yours], []]);
    turns.proved(slot, 'new');
    await settled();
    expect(second.turns).toEqual([{ kind: 'proved', secret: 'new' }]);
  });

  it('is wanted by nobody any more when a person says no to the one who has the turn', async () => {
    const [first, second, third] = [take(), take(), take()];
    turns.declined(slot, second.owner);
    await settled();
    expect([second.turns, third.turns]).toEqual([[], []]);
    turns.declined(slot, first.owner);
    await settled();
    expect([second.turns, third.turns]).toEqual([[{ kind: 'declined' }], [{ kind: 'declined' }]]);
    const later = take();
    await settled();
    expect(later.turns).toEqual([yours]);
  });

  it('goes to the next in line when the one who tried it leaves, one by one', async () => {
    const [first, second, third] = [take(), take(), take()];
    turns.leave(first.owner);
    await settled();
    expect([second.turns, third.turns]).toEqual([[yours], []]);
    turns.leave(second.owner);
    await settled();
    expect(third.turns).toEqual([yours]);
    turns.leave(third.owner);
    expect(turns.isTaken(slot, {})).toBe(false);
  });

  it('is not for one who left while waiting', async () => {
    const [first, second, third] = [take(), take(), take()];
    turns.leave(second.owner);
    turns.leave(first.owner);
    await settled();
    expect([second.turns, third.turns]).toEqual([[], [yours]]);
  });

  it('is for one who left and came again, after those who stayed', async () => {
    const [first, second, third] = [take(), take(), take()];
    turns.leave(second.owner);
    const again = take(second.owner);
    turns.leave(first.owner);
    turns.leave(third.owner);
    await settled();
    expect([second.turns, again.turns]).toEqual([[], [yours]]);
  });

  it('stays with one whose session ended while a person is asked for it', async () => {
    const [first, second] = [take(), take()];
    turns.leave(first.owner, slot);
    await settled();
    expect(second.turns).toEqual([]);
    turns.leave(first.owner);
    await settled();
    expect(second.turns).toEqual([yours]);
  });

  it('is let go by one who has to wait for another secret: no two wait for each other', async () => {
    const [ana, ben] = [{}, {}];
    take(ana, slot);
    take(ben, other);
    const crossing = [take(ana, other), take(ben, slot)];
    await settled();
    expect(crossing.map((each) => each.turns)).toEqual([[], [yours]]);
    turns.proved(slot, null);
    turns.leave(ben);
    await settled();
    expect(crossing[0]?.turns).toEqual([yours]);
  });

  it('counts the hang-ups of a server on it over all who try it, until it is right or wrong', () => {
    const [ana, ben, other] = [{}, {}, {}];
    take(ana);
    take(ben);
    expect(turns.countHangUp(slot, ana)).toBe(1);
    turns.leave(ana);
    expect(turns.countHangUp(slot, ben)).toBe(2);
    expect(turns.countHangUp(slot, other)).toBeNull();
    turns.refused(slot);
    expect(turns.countHangUp(slot, ben)).toBe(1);
    turns.proved(slot, 'hunter2');
    expect(turns.countHangUp(slot, ben)).toBeNull();
  });

  it('is another one’s business than any other secret', async () => {
    take();
    const free = take({}, other);
    await settled();
    expect(free.turns).toEqual([yours]);
  });
});

describe('a secret that was right a moment ago', () => {
  it('makes nobody wait, for as long as one start of all tunnels may take', async () => {
    take();
    turns.proved(slot, 'hunter2');
    now += PROOF_MS - 1;
    const [first, second] = [take(), take()];
    await settled();
    const proved = { kind: 'proved', secret: null };
    expect([first, second].map((each) => each.turns)).toEqual([[proved], [proved]]);
  });

  it('is tried by one again later: it may have been changed', async () => {
    take();
    turns.proved(slot, 'hunter2');
    now += PROOF_MS;
    const [first, second] = [take(), take()];
    await settled();
    expect([first.turns, second.turns]).toEqual([[yours], []]);
  });

  it('is tried by one at once again when it was wrong after all', async () => {
    turns.proved(slot, 'hunter2');
    turns.refused(slot);
    const [first, second] = [take(), take()];
    await settled();
    expect([first.turns, second.turns]).toEqual([[yours], []]);
  });
});
