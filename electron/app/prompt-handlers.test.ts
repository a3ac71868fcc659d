import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import type { PromptAnswer } from '#shared/prompt.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { asks, asksPassword, CONNECTING, OPEN, TestBench, type TestRun } from './app-fixture.ts';

const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'bastion.example.org', port: 22 };
const typed: PromptAnswer = { kind: 'secret', secret: 'hunter2', remember: true };

let bench: TestBench;
let run: TestRun;
let profiles: readonly Profile[];
beforeEach(async () => {
  bench = new TestBench();
  run = bench.run().open();
  profiles = await run.saveMany(3);
});
afterEach(() => bench.end());

const id = (index = 0) => profiles[index]?.id ?? '';
const answer = (promptId: string, given: PromptAnswer, tunnelId = id()) =>
  run.app.handlers['prompts.answer']({ tunnelId, promptId, answer: given });
const asksAboutKey = (promptId: string, fingerprint: string, change: object = {}) =>
  asks({
    kind: 'unknownHostKey',
    id: promptId,
    host: 'bastion.example.org',
    port: 22,
    keyType: 'ssh-ed25519',
    fingerprint,
    randomart: '',
    otherKnownTypes: [],
    knownHostsFile: '~/.ssh/known_hosts',
    ...change,
  });
const find = async (wanted: SecretSlot) => run.app.engineHandlers['secrets.find']({ slot: wanted });

describe('answering a prompt', () => {
  it('reaches the engine once it fits the prompt that is open', async () => {
    run.tell(id(), asksPassword('p1'));
    expect(await answer('p1', typed)).toEqual({ ok: true, value: null });
    expect(run.engine.asked('engine.answer')).toEqual([{ tunnelId: id(), promptId: 'p1', answer: typed }]);
  });

  it('is refused when the prompt is gone, another, or was never there', async () => {
    const notNow = { ok: false, error: { code: 'notNow' } };
    expect(await answer('p1', typed)).toMatchObject(notNow);
    run.tell(id(), asksPassword('p2'));
    expect(await answer('p1', typed)).toMatchObject(notNow);
    run.tell(id(), OPEN);
    expect(await answer('p2', typed)).toMatchObject(notNow);
    expect(run.engine.asked('engine.answer')).toEqual([]);
  });

  it('is refused when it is not of the kind that was asked for', async () => {
    const invalid = { ok: false, error: { code: 'invalid' } };
    run.tell(id(), asksPassword('p1'));
    expect(await answer('p1', { kind: 'trust' })).toMatchObject(invalid);
    run.tell(
      id(),
      asks({
        kind: 'questions',
        id: 'p2',
        host: 'bastion.example.org',
        port: 22,
        user: 'ana',
        title: '',
        instructions: '',
        questions: [{ text: 'Code: ', echo: false }],
        attempt: 1,
      }),
    );
    expect(await answer('p2', typed)).toMatchObject(invalid);
    expect(await answer('p2', { kind: 'answers', answers: ['1', '2'] })).toMatchObject(invalid);
    expect((await answer('p2', { kind: 'answers', answers: ['123456'] })).ok).toBe(true);
    expect((await answer('p2', { kind: 'cancel' })).ok).toBe(true);
  });

  it('keeps a password for the tunnel’s way back, and for the next run if ticked', async () => {
    run.tell(id(), asksPassword('p1'));
    await answer('p1', typed);
    run.app.onEngineEvent('secret.accepted', { slot });
    await expect.poll(() => find(slot)).toEqual({ ok: true, value: 'hunter2' });
    const next = bench.run(run).open();
    expect(await next.app.engineHandlers['secrets.find']({ slot })).toEqual({ ok: true, value: 'hunter2' });
  });

  it('forgets a password that the server refused', async () => {
    run.tell(id(), asksPassword('p1'));
    await answer('p1', typed);
    run.app.onEngineEvent('secret.refused', { slot });
    run.app.onEngineEvent('secret.accepted', { slot });
    expect(await find(slot)).toEqual({ ok: true, value: null });
  });

  it('forgets a password that the engine did not take', async () => {
    run.tell(id(), asksPassword('p1'));
    run.engine.answers.set('engine.answer', async () => ({
      ok: false,
      error: { code: 'notNow', message: 'Too late.' },
    }));
    expect(await answer('p1', typed)).toMatchObject({ ok: false, error: { code: 'notNow' } });
    run.app.onEngineEvent('secret.accepted', { slot });
    expect(await find(slot)).toEqual({ ok: true, value: null });
  });

  it('asks once for many tunnels to one account: those that ask the same get what proved right', async () => {
    run.tell(id(0), asksPassword('p0'));
    run.tell(id(1), asksPassword('p1'));
    run.tell(id(2), asksPassword('p2', { user: 'root' }));
    await answer('p0', typed);
    run.tell(id(0), CONNECTING);
    run.app.onEngineEvent('secret.accepted', { slot });
    await vi.waitFor(() => expect(run.engine.asked('engine.answer')).toHaveLength(2));
    expect(run.engine.asked('engine.answer')[1]).toEqual({
      tunnelId: id(1),
      promptId: 'p1',
      answer: { kind: 'secret', secret: 'hunter2', remember: false },
    });
  });

  it('asks once about one key of one server, however many tunnels meet it', async () => {
    run.tell(id(0), asksAboutKey('p0', 'SHA256:one'));
    run.tell(id(1), asksAboutKey('p1', 'SHA256:one'));
    run.tell(id(2), asksAboutKey('p2', 'SHA256:two'));
    await answer('p0', { kind: 'trust' });
    const trusted = () => run.engine.asked('engine.answer').map(({ promptId }) => promptId);
    expect(trusted()).toEqual(['p0', 'p1']);
    run.tell(id(0), CONNECTING);
    run.tell(id(1), CONNECTING);
    // It had read known_hosts before the key stood there.
    run.tell(id(1), asksAboutKey('p3', 'SHA256:one'));
    expect(trusted()).toEqual(['p0', 'p1', 'p3']);
    expect((await run.tunnel(id(1)))?.state.status).toBe('connecting');
    expect((await run.tunnel(id(2)))?.state).toMatchObject({ status: 'needsUser', prompt: { id: 'p2' } });
  });

  it('asks about a key anew a minute later, and about one that was not trusted', async () => {
    run.tell(id(0), asksAboutKey('p0', 'SHA256:one'));
    await answer('p0', { kind: 'cancel' });
    run.tell(id(1), asksAboutKey('p1', 'SHA256:one'));
    expect((await run.tunnel(id(1)))?.state.status).toBe('needsUser');
    await answer('p1', { kind: 'trust' }, id(1));
    run.place.clock += 61_000;
    run.tell(id(2), asksAboutKey('p2', 'SHA256:one'));
    expect((await run.tunnel(id(2)))?.state.status).toBe('needsUser');
  });

  it('takes one no to a key for all that ask about it now', async () => {
    run.tell(id(0), asksAboutKey('p0', 'SHA256:one'));
    run.tell(id(1), asksAboutKey('p1', 'SHA256:one'));
    run.tell(id(2), asksAboutKey('p2', 'SHA256:two'));
    await answer('p0', { kind: 'cancel' });
    const asked = run.engine
      .asked('engine.answer')
      .map(({ promptId, answer: given }) => [promptId, given.kind]);
    expect(asked).toEqual([
      ['p0', 'cancel'],
      ['p1', 'cancel'],
    ]);
  });

  it('asks about a key by itself where it is to be known by another name, or in another file', async () => {
    run.tell(id(0), asksAboutKey('p0', 'SHA256:one'));
    run.tell(id(1), asksAboutKey('p1', 'SHA256:one', { alias: 'other' }));
    run.tell(id(2), asksAboutKey('p2', 'SHA256:one', { knownHostsFile: '~/other' }));
    await answer('p0', { kind: 'trust' });
    expect(run.engine.asked('engine.answer').map(({ promptId }) => promptId)).toEqual(['p0']);
  });

  it('wants a tunnel no longer whose login a person called off', async () => {
    await run.app.handlers['tunnels.start']({ id: id() });
    run.tell(id(), asksPassword('p1'));
    await answer('p1', { kind: 'cancel' });
    run.tell(id(), { status: 'failed', error: { code: 'loginCancelled', host: 'a', port: 22 } });
    expect(bench.run(run).open().engine.started()).toEqual([]);
  });

  it('lets no secret into an event, the log or a file', async () => {
    run.tell(id(), asksPassword('p1'));
    await answer('p1', typed);
    run.app.onEngineEvent('secret.accepted', { slot });
    await expect.poll(() => run.place.files()).toContain('secrets.json');
    const seen = JSON.stringify([run.events, run.log, run.menus, await run.snapshot()]);
    expect(seen).not.toContain('hunter2');
    for (const file of run.place.files().filter((name) => name.endsWith('.json'))) {
      expect(run.place.read(file)).not.toContain('hunter2');
    }
  });
});
