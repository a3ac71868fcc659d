import { z } from 'zod';

/** What one forward has carried. Totals belong to the tunnel and survive reconnects. */
export const forwardTrafficSchema = z.object({
  id: z.string(),
  /** Bytes that came out of the tunnel on this computer's side, since Start. */
  received: z.number(),
  /** Bytes that went into the tunnel on this computer's side, since Start. */
  sent: z.number(),
  /** Bytes a second over the last tick. */
  receivedPerSecond: z.number(),
  sentPerSecond: z.number(),
  connectionsOpen: z.number().int(),
  connectionsTotal: z.number().int(),
});

/** What one tunnel has carried: its forwards, one entry each. */
export const tunnelTrafficSchema = z.object({ id: z.string(), forwards: z.array(forwardTrafficSchema) });

/** All tunnels that are not stopped, once a second, in one message. */
export const trafficSampleSchema = z.object({ at: z.number(), tunnels: z.array(tunnelTrafficSchema) });

export type ForwardTraffic = z.output<typeof forwardTrafficSchema>;
export type TunnelTraffic = z.output<typeof tunnelTrafficSchema>;
export type TrafficSample = z.output<typeof trafficSampleSchema>;
