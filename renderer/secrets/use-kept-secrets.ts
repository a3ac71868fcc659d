import { useCallback, useEffect, useState } from 'react';
import type { OutputOf } from '#shared/contract/command.ts';
import type { Commands } from '#shared/contract/index.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { run } from '../store/messages.ts';

/** One secret that the keychain keeps: for what, and whether it could be read when that was tried last. */
export type KeptSecret = OutputOf<Commands['secrets.list']>['secrets'][number];

/** What the keychain keeps, null until it is known, and how to have some of it forgotten. */
export function useKeptSecrets(): {
  readonly kept: readonly KeptSecret[] | null;
  /** Resolves once they are gone, or once it was said why they are not. */
  forget(slots: readonly SecretSlot[]): Promise<void>;
} {
  const [kept, setKept] = useState<readonly KeptSecret[] | null>(null);
  const look = useCallback(async () => {
    const reply = await run('secrets.list', null);
    if (reply) setKept(reply.value.secrets);
  }, []);
  useEffect(() => void look(), [look]);
  return {
    kept,
    async forget(slots) {
      for (const slot of slots) await run('secrets.forget', { slot });
      await look();
    },
  };
}
