import { z } from 'zod';
import { type Endpoint, endpointSchema, formatEndpoint } from './endpoint.ts';
import { tunnelErrorSchema } from './tunnel-error.ts';

const portSchema = z.number().int().min(1).max(65535);

/**
 * The programs that can be a second hop: a listener on the server, open to others, that leads to a remote forward which
 * the server keeps to itself. What the article did by hand there: `ssh -L 43000:localhost:42000 -g -N`.
 */
export const HOP_TOOLS = ['socat', 'python3'] as const;

export const hopToolSchema = z.enum(HOP_TOOLS);

/**
 * A second hop as the user agreed to it: nothing else is ever run, and on no other server or account than the one
 * they were shown.
 */
export const secondHopSchema = z.object({
  /** Where it listens on the server, on all addresses. */
  port: portSchema,
  tool: hopToolSchema,
  /** What the yes was for, as `hopAgreedFor` writes it; with anything else the hop is not dug. */
  agreedFor: z.string().max(1024),
});

/** The life of a second hop. Times in milliseconds since the epoch. */
export const hopStateSchema = z.discriminatedUnion('status', [
  /** The session or the remote forward is not there yet. */
  z.object({ status: z.literal('waiting') }),
  z.object({ status: z.literal('digging') }),
  z.object({
    status: z.literal('open'),
    bound: endpointSchema,
    since: z.number(),
    /** How many clients it has, where it takes no more. */
    fullWith: z.number().int().min(0).optional(),
  }),
  /** It was open, and may have ended: it goes on for 5 s at most without hearing of us, and we have not heard of it for as long. `lastHeardAt`: to the second. */
  z.object({ status: z.literal('unheard'), bound: endpointSchema, lastHeardAt: z.number() }),
  /** Tried again at `retryAt`, and from then on being tried. */
  z.object({ status: z.literal('failed'), error: tunnelErrorSchema, retryAt: z.number().nullable() }),
]);

/** One way to dig, as it is shown before the user says yes. */
export const hopPlanSchema = z.object({
  tool: hopToolSchema,
  /** The line that matters, as one would type it. */
  commandLine: z.string().max(1000),
  /** Everything that the server's shell is given, to the letter. */
  script: z.string().max(8000),
});

/**
 * What is known of the port of a hop before it is dug. `privileged`: the account may not listen there, as the port is one
 * of the system's; `unknown`: not all that listens there could be seen.
 */
export const portRemarkSchema = z.enum(['free', 'taken', 'privileged', 'unknown']);

/** What a second hop would be. */
export const hopProposalSchema = z.object({
  /** The account that the programs would run under, as the server names it. */
  account: z.string().max(256),
  host: z.string().max(255),
  /** What the yes is for: goes back into the profile. */
  agreedFor: z.string().max(1024),
  /** What it would listen on: the port that was wished for, or else one that seems free. */
  port: portSchema,
  portRemark: portRemarkSchema,
  /** What it would lead to. */
  target: endpointSchema,
  /** Best first; empty when the server has none of the programs. */
  plans: z.array(hopPlanSchema).max(4),
});

export type HopTool = z.output<typeof hopToolSchema>;
export type SecondHop = z.output<typeof secondHopSchema>;
export type HopState = z.output<typeof hopStateSchema>;
export type HopPlan = z.output<typeof hopPlanSchema>;
export type HopProposal = z.output<typeof hopProposalSchema>;

/**
 * What a yes to a second hop is for: this account on this server, and this way from its entrance to its target, such as
 * `andre@core:22, *:42000 to files:548`.
 */
export function hopAgreedFor(
  server: { readonly user: string; readonly host: string; readonly port: number },
  forward: { readonly bind: { readonly address: string; readonly port: number }; readonly target: Endpoint },
): string {
  const { address, port } = forward.bind;
  const way = `${formatEndpoint({ host: address, port })} to ${formatEndpoint(forward.target)}`;
  return `${server.user}@${formatEndpoint(server)}, ${way}`;
}
