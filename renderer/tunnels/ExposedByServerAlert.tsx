import { formatEndpoint } from '#shared/endpoint.ts';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import { reachInWords } from '#shared/listener-reach.ts';
import { bindLabel, type Forward } from '#shared/profile.ts';
import { Callout } from '../errors/Callout.tsx';
import { ShowOnServerButton } from './ShowOnServerButton.tsx';

interface ExposedByServerAlertProps {
  readonly tunnelId: string;
  readonly forward: Forward;
  readonly server: string;
  readonly sight: EntranceSight;
}

/** A remote forward that the server opened to more people than the user agreed to: `GatewayPorts yes`. */
export function ExposedByServerAlert({ tunnelId, forward, server, sight }: ExposedByServerAlertProps) {
  const where = sight.endpoints.map(formatEndpoint).join(' and ');
  return (
    <Callout
      tone="bad"
      what={`${server} opened this port to ${reachInWords(sight.reach, server)}.`}
      buttons={<ShowOnServerButton tunnelId={tunnelId} port={sight.endpoints[0]?.port} />}
    >
      You asked for {bindLabel(forward.bind)}, but it listens on {where}, because the server’s own setting has
      the last word (<code>GatewayPorts yes</code>). Switch the forward off unless that is what you want, and
      ask its administrator for <code>GatewayPorts clientspecified</code> in sshd_config.
    </Callout>
  );
}
