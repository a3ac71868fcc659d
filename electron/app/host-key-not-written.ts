import type { PayloadOf } from '#shared/contract/command.ts';
import type { engineEvents } from '#shared/contract/engine.ts';
import { describeSystemCause } from '#shared/system-cause.ts';

/** What a person is told where a trusted key could not be written down. The tunnel is open, as with ssh. */
export function notWrittenWords({
  knownAs,
  file,
  cause,
}: PayloadOf<typeof engineEvents, 'hostKey.notWritten'>): string {
  return (
    `The key of ${knownAs} could not be added to ${file}: ${describeSystemCause(cause)}. ` +
    'It is trusted until Culvert closes; then you are asked about it again.'
  );
}
