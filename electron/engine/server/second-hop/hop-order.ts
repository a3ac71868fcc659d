import type { Endpoint } from '#shared/endpoint.ts';

/** What a hop is to do. Everything in it is checked before it gets into a script: a port, and a loopback address. */
export interface HopOrder {
  readonly port: number;
  readonly target: Endpoint;
}
