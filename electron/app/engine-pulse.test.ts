import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeProfile } from '../storage/storage-fixture.ts';
import { OPEN, TestBench } from './app-fixture.ts';

let bench: TestBench;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  bench = new TestBench();
});
afterEach(async () => {
  await bench.end();
  vi.useRealTimers();
});

/** An app with one open tunnel, whose engine can be told to hang. */
async function openTunnel() {
  const run = bench.run().open();
  const { id } = await run.save(makeProfile({ name: 'Mail' }));
  await run.app.handlers['tunnels.start']({ id });
  run.tell(id, OPEN);
  await beats(1);
  let answer: () => void = () => {};
  const hang = () =>
    run.engine.answers.set('engine.pulse', () => {
      return new Promise((resolve) => {
        answer = () => resolve({ ok: true, value: null });
      });
    });
  const goOn = async () => {
    run.engine.answers.delete('engine.pulse');
    answer();
    await beats(1);
  };
  const silence = async () => (await run.tunnel(id))?.engineSilentSince;
  return { run, id, hang, goOn, silence };
}

/** Lets so many seconds pass. */
async function beats(count: number): Promise<void> {
  for (let beat = 0; beat < count; beat += 1) await vi.advanceTimersByTimeAsync(1_000);
}

describe('an engine that does not answer', () => {
  it('is believed for 5 seconds, as one that reads a strong key is', async () => {
    const { run, hang, goOn, silence } = await openTunnel();
    hang();
    await beats(5);
    expect(await silence()).toBeUndefined();
    await goOn();
    await beats(100);
    expect(await silence()).toBeUndefined();
    expect(await run.notices()).toEqual([]);
  });

  it('makes what runs unknown, in the window, the menu and a notice, until it answers', async () => {
    const { run, hang, goOn, silence } = await openTunnel();
    hang();
    await beats(6);
    expect(await silence()).toBe(run.place.now());
    expect(run.eventsOf('tunnel.changed').at(-1)).toMatchObject({ engineSilentSince: run.place.now() });
    expect(run.app.menu()).toContainEqual(
      expect.objectContaining({ label: 'Mail: Unknown, the engine does not answer' }),
    );
    expect(await run.notices()).toEqual([expect.stringContaining('The tunnel engine does not answer')]);
    await goOn();
    expect(await silence()).toBeUndefined();
    expect(run.eventsOf('tunnel.changed').at(-1)?.engineSilentSince).toBeUndefined();
    expect(run.app.menu()).toContainEqual(expect.objectContaining({ label: 'Mail: Open' }));
    expect(await run.notices()).toEqual([]);
    expect(run.hungEngines).toBe(0);
  });

  it('says nothing new about a tunnel that is off', async () => {
    const { run, hang } = await openTunnel();
    const { id } = await run.save(makeProfile());
    hang();
    await beats(6);
    expect((await run.tunnel(id))?.engineSilentSince).toBeUndefined();
  });

  it('is ended once after a minute, started again like one that crashed, and the user is told why', async () => {
    const { run, hang, silence } = await openTunnel();
    hang();
    await beats(60);
    expect(run.hungEngines).toBe(0);
    await beats(30);
    expect(run.hungEngines).toBe(1);
    run.crash();
    expect(await silence()).toBeUndefined();
    expect(await run.notices()).toEqual([
      'The tunnel engine did not answer for a minute, was ended and is started again. ' +
        'Tunnels that were on come back by themselves.',
    ]);
    await vi.waitFor(() => expect(run.engineStarts).toBe(2));
  });

  it('is not blamed for the time in which this process itself was suspended', async () => {
    const { run, hang, goOn, silence } = await openTunnel();
    hang();
    await beats(1);
    // The clock runs on; the timers of a suspended process do not.
    run.place.clock += 600_000;
    await beats(2);
    expect(await silence()).toBeUndefined();
    await goOn();
    expect(run.hungEngines).toBe(0);
  });

  it('has no more than 5 seconds once it has answered, however short its life', async () => {
    const run = bench.run().open();
    const { id } = await run.save(makeProfile());
    run.tell(id, OPEN);
    run.engine.answers.set('engine.pulse', () => new Promise(() => {}));
    await beats(6);
    expect((await run.tunnel(id))?.engineSilentSince).toBeDefined();
  });

  it('has 20 seconds for its first answer', async () => {
    const run = bench.run();
    const { id } = await run.save(makeProfile());
    run.engine.answers.set('engine.pulse', () => new Promise(() => {}));
    run.open();
    run.tell(id, OPEN);
    await beats(19);
    expect((await run.tunnel(id))?.engineSilentSince).toBeUndefined();
    await beats(1);
    expect((await run.tunnel(id))?.engineSilentSince).toBeDefined();
  });
});
