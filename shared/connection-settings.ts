import { z } from 'zod';
import { isIpv4, isIpv6 } from './endpoint.ts';
import { oneLine } from './one-line.ts';

const wholeNumber = (max: number) => z.number().int().min(1).max(max);

/** Some 23 days: what a timer can count, in milliseconds. */
export const LONGEST_SECONDS = 2_000_000;

/** More signs of life than anybody waits for. */
export const MOST_ALIVE_COUNT = 1_000;

/** How a session is dialled and watched, where not as Culvert does by itself (ssh_config(5)). */
export const connectionSettingsSchema = z.object({
  /** For name resolution and TCP, in seconds (ConnectTimeout). */
  connectTimeout: wholeNumber(LONGEST_SECONDS).optional(),
  /** Between two signs of life, in seconds (ServerAliveInterval). */
  aliveInterval: wholeNumber(LONGEST_SECONDS).optional(),
  /** How many of them may go unanswered (ServerAliveCountMax). */
  aliveCountMax: wholeNumber(MOST_ALIVE_COUNT).optional(),
  /** The address of this computer to dial from (BindAddress). Only for a server that is dialled from here. */
  bindAddress: oneLine('An address', 100)
    .refine((text) => isIpv4(text) || isIpv6(text), 'Enter an address of this computer.')
    .optional(),
  /** Use IPv4 only, or IPv6 only (AddressFamily). Only for a server that is dialled from here. */
  addressFamily: z.enum(['inet', 'inet6']).optional(),
});

export type ConnectionSettings = z.output<typeof connectionSettingsSchema>;
