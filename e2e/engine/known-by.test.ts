import { describe, expect, it } from 'vitest';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { accountSlot, secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { testProfile } from '../support/engine-under-test.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';

const suite = engineSuite();
const secret = (text: string) => ({ kind: 'secret', secret: text, remember: false }) as const;

/** A server that takes one password and notes all that it is shown. */
async function startKeeper(right: string) {
  const shown: string[] = [];
  const server = suite.use(
    await startHostileServer({
      onLogin: (_victim, attempt) => {
        if (attempt.method !== 'password') return attempt.reject(['password']);
        shown.push(attempt.password);
        if (attempt.password === right) attempt.accept();
        else attempt.reject(['password']);
      },
    }),
  );
  return { server, shown };
}

const profileFor = (server: HostileServer, hostKeys?: HostKeySettings) => ({
  ...testProfile(server, { method: 'password' }, []),
  ...(hostKeys && { hostKeys }),
});

const linesAs = (server: HostileServer, ...names: readonly string[]) =>
  names.map((name) => server.knownHosts().replace(/^\S+/, name)).join('');

describe('a server that is known as another', () => {
  it('is shown no password that was kept for the one of its address', async () => {
    const { server, shown } = await startKeeper('for the friend');
    await suite.knowHosts(linesAs(server, 'friend.example.org'));
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey(accountSlot(server, undefined)), 'for the bank');
    const profile = profileFor(server, { alias: 'Friend.example.org' });
    await engine.start(profile);
    const prompt = await engine.untilPrompt(profile, 'password');
    expect(prompt).toMatchObject({ attempt: 1, knownBy: { alias: 'friend.example.org' } });
    expect(shown).toEqual([]);
    await engine.answer(profile, prompt.id, secret('wrong'));
    const again = await engine.untilState(profile, (state) => {
      return state.status === 'needsUser' && state.prompt.id !== prompt.id;
    });
    // What was refused there says nothing of the other one's.
    const slot = accountSlot(server, { alias: 'friend.example.org' });
    expect(engine.refused).toEqual([slot]);
    if (again.status !== 'needsUser') throw new Error('It does not ask.');
    await engine.answer(profile, again.prompt.id, secret('for the friend'));
    await engine.until(profile, 'open');
    expect(engine.accepted).toEqual([slot]);
    expect(shown).toEqual(['wrong', 'for the friend']);
  });

  it('and yet another of the same address are asked for each by itself', async () => {
    const { server, shown } = await startKeeper('one');
    await suite.knowHosts(linesAs(server, 'customer-a', 'customer-b'));
    const engine = suite.engine();
    const [a, b] = [profileFor(server, { alias: 'customer-a' }), profileFor(server, { alias: 'customer-b' })];
    await Promise.all([engine.start(a), engine.start(b)]);
    const asked = await engine.untilPrompt(a, 'password');
    await engine.untilPrompt(b, 'password');
    await engine.answer(a, asked.id, secret('one'));
    await engine.until(a, 'open');
    expect(engine.snapshot(b.id).state).toMatchObject({
      status: 'needsUser',
      prompt: { knownBy: { alias: 'customer-b' } },
    });
    expect(shown).toEqual(['one']);
  });
});
