import { describe, expect, it } from 'vitest';
import { accountSlot, secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { startHostileServer, type Victim } from '../support/hostile-server.ts';
import { attack } from '../support/hostile-suite.ts';
import { HARMFUL, TRICKS } from '../support/hostile-text.ts';
import { boolean, message, string, uint32 } from '../support/ssh-messages.ts';

const suite = engineSuite();

const filling = Buffer.alloc(32_000, 'x');

/** A round of questions (RFC 4256 section 3.2) that says it has so many. */
function infoRequest(name: string, count: number, ...prompts: readonly string[]): Buffer {
  const fields = prompts.flatMap((prompt) => [string(prompt), boolean(false)]);
  return message(60, string(name), string(TRICKS), string(''), uint32(count), ...fields);
}

/** Asks whoever tries anything else for keyboard-interactive, and has the test answer that. */
function askQuestions(answer: (victim: Victim, round: number) => void) {
  return attack(suite, {
    login: { method: 'ask' },
    onLogin: (victim, attempt) => {
      if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive']);
      let round = 0;
      answer(victim, round);
      victim.inside._handlers.USERAUTH_INFO_RESPONSE = (() => {
        round += 1;
        answer(victim, round);
      }) as never;
    },
  });
}

describe('a login', () => {
  it('shows questions in harmless words, whatever the server writes into them', async () => {
    const { engine, profile } = await askQuestions((victim) => {
      const long = TRICKS.repeat(100);
      victim.send(infoRequest(long, 2, TRICKS, long));
    });
    const prompt = await engine.untilPrompt(profile, 'questions');
    expect(prompt.questions).toHaveLength(2);
    expect(prompt.questions[0]?.text).toContain('Die <img');
    expect(JSON.stringify(prompt)).not.toMatch(HARMFUL);
    expect(JSON.stringify(prompt).length).toBeLessThan(3_000);
  });

  it('is not bothered by banners full of tricks', async () => {
    const { engine, profile, proveBounds } = await attack(suite, {
      onLogin: (victim, attempt) => {
        for (let count = 0; count < 20; count += 1) {
          victim.send(message(53, string(TRICKS.repeat(100)), string('')));
        }
        attempt.accept();
      },
    });
    await engine.until(profile, 'open');
    expect(JSON.stringify(engine.history.get(profile.id))).not.toMatch(HARMFUL);
    proveBounds();
  });

  it.each([
    ['debug messages of 10 MB', () => message(4, boolean(true), string(filling), string(''))],
    ['ignored messages of 10 MB', () => message(2, string(filling))],
    ['banners of 10 MB', () => message(53, string(filling), string(''))],
  ])('is given up at %s', async (_what, make) => {
    const { ending } = await attack(suite, { onLogin: (victim) => void victim.flood(320, make) });
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'chatter' });
  });

  it('is given up when rounds without a question never end', async () => {
    const { ending } = await askQuestions((victim) => victim.send(infoRequest('', 0)));
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'endlessLogin' });
  });

  it.each([
    ['33', 33],
    ['10,000', 10_000],
    ['30 million', 30_000_000],
    ['four thousand million', 2 ** 32 - 1],
  ])('is given up when it is to answer %s questions at once', async (_what, count) => {
    const { ending } = await askQuestions((victim) => {
      victim.send(infoRequest('', count, ...Array.from({ length: Math.min(count, 3_000) }, () => 'More?')));
    });
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'tooManyQuestions' });
  });

  it.each([
    ['partial successes', true],
    ['refusals', false],
  ])('never sends a password without end, for all that comes are %s', async (_what, isPartial) => {
    let passwords = 0;
    const { ending } = await attack(suite, {
      prepare: (engine, { host, port, user }) => {
        engine.remembered.set(secretSlotKey({ kind: 'password', user, host, port }), 'swordfish');
      },
      onLogin: (_victim, attempt) => {
        if (attempt.method === 'password') passwords += 1;
        if (passwords > 200 || (!isPartial && passwords > 1)) return;
        attempt.reject(['password'], isPartial);
      },
      timings: { authReplyMs: 2_000 },
    });
    if (isPartial)
      expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'endlessLogin' });
    else await eventually(() => expect(passwords).toBe(1));
    expect(passwords).toBeLessThan(100);
  });

  it('shows what a server says of an expired password in harmless words', async () => {
    const { engine, profile, proveBounds } = await attack(suite, {
      prepare: (prepared, { host, port, user }) => {
        prepared.remembered.set(secretSlotKey({ kind: 'password', user, host, port }), 'swordfish');
      },
      onLogin: (victim, attempt) => {
        if (attempt.method === 'password') victim.send(message(60, string(TRICKS), string('')));
        else attempt.reject(['password']);
      },
    });
    const prompt = await engine.untilPrompt(profile, 'newPassword');
    expect(prompt.text).not.toBe('');
    expect(JSON.stringify(prompt)).not.toMatch(HARMFUL);
    await engine.answer(profile, prompt.id, { kind: 'cancel' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({ code: 'loginCancelled' });
    proveBounds();
  });

  it('names the methods that the server wants in harmless words, and not all of a thousand', async () => {
    const { ending } = await attack(suite, {
      onLogin: (_victim, attempt) => {
        attempt.reject([
          TRICKS.replaceAll(',', ''),
          ...Array.from({ length: 1_000 }, (_, at) => `m${at}`),
        ] as never);
      },
    });
    const error = await ending();
    expect(error).toMatchObject({ code: 'loginRefused' });
    expect(JSON.stringify(error)).not.toMatch(HARMFUL);
    expect(JSON.stringify(error).length).toBeLessThan(2_000);
  });

  it.each([
    ['a success, before anything was asked', message(52)],
    ['a refusal, before anything was asked', message(51, string('password'), boolean(false))],
  ])('is given up at an answer that nobody asked for: %s', async (_what, payload) => {
    const { ending } = await attack(suite, {
      onConnect: (victim) => {
        victim.inside._handlers.SERVICE_REQUEST = (() => victim.send(payload)) as never;
      },
    });
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'unaskedAnswer' });
  });

  it.each([
    ['a second success', message(52)],
    ['a refusal after the success', message(51, string('password'), boolean(false))],
    ['a question after the success', infoRequest('', 1, 'Password:')],
    ['a second start of the login', message(6, string('ssh-userauth'))],
  ])('that is over ends the session at %s', async (_what, payload) => {
    const { ending } = await attack(suite, { onOpen: (victim) => victim.send(payload) });
    expect(await ending()).toMatchObject({ code: 'serverMisbehaves', misdeed: 'unaskedAnswer' });
  });

  it('with a password and without a word is shown it twice, and then a person is asked', async () => {
    const shown: string[] = [];
    const server = suite.use(
      await startHostileServer({
        onLogin: (_victim, attempt) => {
          if (attempt.method !== 'password') attempt.reject(['password']);
          else shown.push(attempt.password);
        },
      }),
    );
    await suite.knowHosts(server.knownHosts());
    const engine = suite.engine({ authReplyMs: 300 });
    engine.remembered.set(secretSlotKey(accountSlot(server, undefined)), 'kept');
    const profile = testProfile(server, { method: 'password' }, []);
    await engine.start(profile);
    expect(await engine.untilPrompt(profile, 'password')).toMatchObject({ attempt: 2 });
    expect(shown).toEqual(['kept', 'kept']);
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
  });

  it.each([
    ['the service', 'SERVICE_REQUEST'],
    ['the login', 'USERAUTH_REQUEST'],
  ])('is tried again later when the server never answers the request for %s', async (_what, handler) => {
    const { ending } = await attack(suite, {
      onConnect: (victim) => {
        victim.inside._handlers[handler] = () => {};
      },
      timings: { authReplyMs: 400 },
    });
    expect(await ending()).toMatchObject({ code: 'loginTimedOut' });
  });
});
