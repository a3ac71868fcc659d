import type { AppHandlers } from '#shared/contract/index.ts';
import { succeed } from '#shared/result.ts';
import type { SecretKeeper } from './secret-keeper.ts';

/** What the window can do about kept secrets: see which there are, and have them forgotten. Never see one. */
export function secretHandlers(secrets: SecretKeeper): Pick<AppHandlers, 'secrets.list' | 'secrets.forget'> {
  return {
    async 'secrets.list'() {
      return succeed({ secrets: [...secrets.list()] });
    },
    'secrets.forget': ({ slot }) => secrets.forget(slot),
  };
}
