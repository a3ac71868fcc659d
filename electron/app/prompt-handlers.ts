import type { AppHandlers } from '#shared/contract/index.ts';
import { fitsPrompt } from '#shared/prompt.ts';
import { fail, succeed } from '#shared/result.ts';
import { type SecretSlot, secretSlotKey, slotOf } from '#shared/secret-slot.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import type { HostKeyTrust } from './host-key-trust.ts';
import type { SecretKeeper } from './secret-keeper.ts';
import type { TunnelMirror } from './tunnel-mirror.ts';

interface Asked {
  readonly engine: EngineKeeper;
  readonly mirror: TunnelMirror;
}

/** A person's answers to what tunnels and checks ask. */
export function promptHandlers({
  engine,
  mirror,
  secrets,
  hostKeys,
}: Asked & { readonly secrets: SecretKeeper; readonly hostKeys: HostKeyTrust }): Pick<
  AppHandlers,
  'prompts.answer'
> {
  return {
    async 'prompts.answer'({ tunnelId, promptId, answer }) {
      const { state } = mirror.get(tunnelId);
      if (state.status !== 'needsUser' || state.prompt.id !== promptId) {
        return fail({ code: 'notNow', message: 'This question is not open any more.' });
      }
      if (!fitsPrompt(state.prompt, answer)) {
        return fail({ code: 'invalid', message: 'This is not an answer to that question.' });
      }
      const slot = answer.kind === 'secret' ? slotOf(state.prompt) : null;
      if (slot && answer.kind === 'secret') secrets.hold(slot, answer);
      const answered = await engine.call('engine.answer', { tunnelId, promptId, answer });
      if (slot && !answered.ok) secrets.letGo(slot);
      if (answered.ok && state.prompt.kind === 'unknownHostKey') {
        if (answer.kind === 'trust') hostKeys.trust(tunnelId, state.prompt);
        else hostKeys.decline(tunnelId, state.prompt);
      }
      return answered.ok ? succeed(null) : answered;
    },
  };
}

/**
 * Gives a secret that has just proved right to every tunnel that asks for the same one: a person with ten
 * tunnels to one server types the password once.
 */
export async function answerAlike(
  { engine, mirror }: Asked,
  slot: SecretSlot,
  secret: string,
): Promise<void> {
  const key = secretSlotKey(slot);
  for (const { id, state } of mirror.all()) {
    if (state.status !== 'needsUser') continue;
    // Where a new one is wanted, this one is the old one.
    if (state.prompt.kind === 'newPassword') continue;
    const wanted = slotOf(state.prompt);
    if (wanted === null || secretSlotKey(wanted) !== key) continue;
    const answer = { kind: 'secret', secret, remember: false } as const;
    // One that was answered or stopped meanwhile says so, and needs nothing.
    await engine.call('engine.answer', { tunnelId: id, promptId: state.prompt.id, answer });
  }
}
