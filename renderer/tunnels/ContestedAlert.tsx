import { formatEndpoint } from '#shared/endpoint.ts';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import { familiesOf, otherWords } from '#shared/other-listeners.ts';
import { Button } from '../design/Button.tsx';
import { Callout } from '../errors/Callout.tsx';
import { goTo } from '../store/view-store.ts';
import { ShowOnServerButton } from './ShowOnServerButton.tsx';

interface ContestedAlertProps {
  readonly tunnelId: string;
  readonly server: string;
  readonly sight: EntranceSight;
}

/** A remote forward that got only some addresses of its port, while another program has the others. */
export function ContestedAlert({ tunnelId, server, sight }: ContestedAlertProps) {
  const { others = [], endpoints, verdict } = sight;
  const port = endpoints[0]?.port;
  if (others.length === 0 || port === undefined) return null;
  return (
    <Callout
      tone="wait"
      what={`${familiesOf(others)} visitors of port ${port} on ${server} reach another program.`}
      buttons={
        <>
          <Button onClick={() => goTo({ name: 'form', profileId: tunnelId })}>Change the profile…</Button>
          {/* Elsewhere the alert above has it. */}
          {verdict === 'asAsked' && <ShowOnServerButton tunnelId={tunnelId} port={port} />}
        </>
      }
    >
      It is {others.map((other) => otherWords(other, port)).join(', and ')}. This forward got only{' '}
      {endpoints.map(formatEndpoint).join(' and ')}, and SSH calls that a success. End that program, or choose
      another port.
    </Callout>
  );
}
