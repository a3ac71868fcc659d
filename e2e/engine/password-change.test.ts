import { describe, expect, it } from 'vitest';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { dynamicForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPasswordChangeServer, type Verdict } from '../support/password-change-server.ts';

const suite = engineSuite();

async function logIn(...verdicts: readonly Verdict[]) {
  const server = suite.use(await startPasswordChangeServer('of old', verdicts));
  await suite.knowHosts(server.knownHosts());
  const engine = suite.engine();
  const { host, port, user } = server;
  const slot = { kind: 'password', user, host, port } as const;
  engine.remembered.set(secretSlotKey(slot), 'of old');
  const profile = testProfile(server, { method: 'password' }, [dynamicForward(await findFreePort())]);
  await engine.start(profile);
  const setTo = async (secret: string) => {
    const prompt = await engine.untilPrompt(profile, 'newPassword');
    await engine.answer(profile, prompt.id, { kind: 'secret', secret, remember: false });
    await engine.untilState(
      profile,
      (state) => state.status !== 'needsUser' || state.prompt.id !== prompt.id,
    );
    return prompt;
  };
  return { server, engine, profile, slot, setTo };
}

describe('a server that wants an expired password changed', () => {
  it('gets a new one from a person, with the known old one, and what was kept is outdated', async () => {
    const { server, engine, profile, slot, setTo } = await logIn('accept');
    expect(await setTo('brand new')).toMatchObject({ attempt: 1, text: 'Your password has run out.' });
    await engine.until(profile, 'open');
    expect(server.changes).toEqual([['of old', 'brand new']]);
    expect(engine.accepted).toEqual([slot]);
    expect(engine.replaced).toEqual([slot]);
  });

  it('may want another one, in its own words', async () => {
    const { server, engine, profile, setTo } = await logIn('askAnother', 'accept');
    await setTo('short');
    expect(await setTo('long enough')).toMatchObject({ attempt: 2, text: 'Too short.' });
    await engine.until(profile, 'open');
    expect(server.changes.map(([, fresh]) => fresh)).toEqual(['short', 'long enough']);
  });

  it('is asked no further when it likes none of three', async () => {
    const { engine, profile, setTo } = await logIn('askAnother', 'askAnother', 'askAnother');
    for (const fresh of ['a', 'b', 'c']) await setTo(fresh);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'passwordExpired',
      newRefused: true,
    });
  });

  it('that refuses the new one leaves nobody to guess', async () => {
    const { engine, profile, slot, setTo } = await logIn('refuse');
    await setTo('brand new');
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'passwordExpired',
      newRefused: true,
    });
    expect(engine.refused).toEqual([slot]);
  });

  it('can ask more questions behind the new one', async () => {
    const { engine, profile, setTo } = await logIn('askMore');
    await setTo('brand new');
    const prompt = await engine.untilPrompt(profile, 'questions');
    expect(prompt.questions).toEqual([{ text: 'Code', echo: false }]);
    await engine.answer(profile, prompt.id, { kind: 'answers', answers: ['4711'] });
    await engine.until(profile, 'open');
  });

  it('that hangs up meanwhile never hears the new one as if it were the old', async () => {
    const { server, engine, profile, setTo } = await logIn('accept');
    await engine.untilPrompt(profile, 'newPassword');
    server.hangUp();
    await engine.untilState(profile, (state) => state.status === 'needsUser' && !state.sessionLives);
    await setTo('typed too late');
    await setTo('in time');
    await engine.until(profile, 'open');
    expect(server.changes).toEqual([['of old', 'in time']]);
    expect(server.refusals()).toBe(0);
  });

  it('is told nothing when the person gives none', async () => {
    const { server, engine, profile } = await logIn('accept');
    const prompt = await engine.untilPrompt(profile, 'newPassword');
    await engine.answer(profile, prompt.id, { kind: 'cancel' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({ code: 'loginCancelled' });
    expect(server.changes).toEqual([]);
    expect(engine.refused).toEqual([]);
  });
});
