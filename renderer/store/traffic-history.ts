import type { TrafficSample, TunnelTraffic } from '#shared/traffic.ts';

/** How many seconds a sparkline looks back. */
export const HISTORY_LENGTH = 40;

/** What one tunnel carries, summed over its forwards, with a short past. Bytes, and bytes a second. */
export interface TunnelFlow {
  readonly received: number;
  readonly sent: number;
  readonly receivedPerSecond: number;
  readonly sentPerSecond: number;
  readonly connectionsOpen: number;
  /** Bytes a second both ways, oldest first, at most HISTORY_LENGTH. */
  readonly history: readonly number[];
}

/** What all tunnels carry, by their ids. */
export type Flows = Readonly<Record<string, TunnelFlow>>;

/** The flows after one more sample. A tunnel that it does not name has stopped and is dropped. */
export function afterSample(flows: Flows, sample: TrafficSample): Flows {
  return Object.fromEntries(
    sample.tunnels.map((tunnel) => {
      const sum = sumForwards(tunnel);
      const past = flows[tunnel.id]?.history ?? [];
      const history = [...past.slice(1 - HISTORY_LENGTH), sum.receivedPerSecond + sum.sentPerSecond];
      return [tunnel.id, { ...sum, history }];
    }),
  );
}

/** What flows through all tunnels together, in bytes a second. */
export function totalRates(flows: Flows): { readonly received: number; readonly sent: number } {
  let received = 0;
  let sent = 0;
  for (const flow of Object.values(flows)) {
    received += flow.receivedPerSecond;
    sent += flow.sentPerSecond;
  }
  return { received, sent };
}

function sumForwards({ forwards }: TunnelTraffic): Omit<TunnelFlow, 'history'> {
  const sum = { received: 0, sent: 0, receivedPerSecond: 0, sentPerSecond: 0, connectionsOpen: 0 };
  for (const forward of forwards) {
    sum.received += forward.received;
    sum.sent += forward.sent;
    sum.receivedPerSecond += forward.receivedPerSecond;
    sum.sentPerSecond += forward.sentPerSecond;
    sum.connectionsOpen += forward.connectionsOpen;
  }
  return sum;
}
