import type { ReactNode } from 'react';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import { bindLabel, type Forward } from '#shared/profile.ts';
import { Callout } from '../errors/Callout.tsx';
import { ShowOnServerButton } from './ShowOnServerButton.tsx';

interface LoopbackOnlyAlertProps {
  readonly tunnelId: string;
  readonly forward: Forward;
  readonly server: string;
  readonly sight: EntranceSight;
  /** Further buttons, such as the one that digs a second hop. */
  readonly children?: ReactNode;
}

/** A remote forward that others should reach, and that the server opened only on itself: `GatewayPorts no`. */
export function LoopbackOnlyAlert({ tunnelId, forward, server, sight, children }: LoopbackOnlyAlertProps) {
  const where = sight.endpoints.map(formatEndpoint).join(' and ');
  return (
    <Callout
      tone="wait"
      what={`${server} opened this port only on itself.`}
      buttons={
        <>
          {children}
          <ShowOnServerButton tunnelId={tunnelId} port={sight.endpoints[0]?.port} />
        </>
      }
    >
      You asked for {bindLabel(forward.bind)}, but it listens on {where}: only programs on {server} can
      connect. SSH calls that a success, because the server’s own setting has the last word (
      <code>GatewayPorts no</code>
      ). Ask its administrator for <code>GatewayPorts clientspecified</code> in sshd_config, or, where it is
      Dropbear, to start it with <code>-a</code>.
    </Callout>
  );
}
