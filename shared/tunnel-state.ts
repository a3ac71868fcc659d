import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';
import { entranceSightSchema, unseenReasonSchema } from './entrance-sight.ts';
import { probeNoteSchema } from './probe.ts';
import { promptSchema } from './prompt.ts';
import { hopStateSchema } from './second-hop.ts';
import { tunnelErrorSchema } from './tunnel-error.ts';

/**
 * How far an attempt has come: name resolution, TCP, key exchange, authentication; `turn`: it waits until another login has
 * tried the secret that it needs.
 */
export const connectPhaseSchema = z.enum(['dns', 'tcp', 'kex', 'auth', 'turn']);

/** Milliseconds since the epoch. */
const timestamp = z.number();

/** A jump host on the way to a tunnel's server: which one, from 1, and of how many. */
export const jumpProgressSchema = z.object({
  host: z.string(),
  port: z.number().int(),
  number: z.number().int().min(1),
  count: z.number().int().min(1),
  /** Another tunnel that goes this way is asking a person, and this one waits for the answer. */
  waitsForAnswer: z.boolean().optional(),
});

/** The life of a tunnel; each state carries only its own data. */
export const tunnelStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('stopped') }),
  z.object({
    status: z.literal('connecting'),
    /** 1 for the first attempt since Start or since the tunnel was last open. */
    attempt: z.number().int(),
    phase: connectPhaseSchema,
    /** The jump host that the phase is about; absent for the tunnel's own server. */
    jump: jumpProgressSchema.optional(),
  }),
  z.object({
    status: z.literal('needsUser'),
    attempt: z.number().int(),
    prompt: promptSchema,
    /** Whether the session that asked still lives; if not, the answer starts a new one. */
    sessionLives: z.boolean(),
  }),
  z.object({ status: z.literal('open'), attempt: z.number().int(), since: timestamp }),
  z.object({
    status: z.literal('waiting'),
    /** The attempt that failed last. */
    attempt: z.number().int(),
    retryAt: timestamp,
    error: tunnelErrorSchema,
  }),
  z.object({ status: z.literal('stopping') }),
  z.object({ status: z.literal('failed'), error: tunnelErrorSchema }),
]);

/** The life of one forward on a tunnel. */
export const forwardStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('off') }),
  z.object({ status: z.literal('opening') }),
  z.object({
    status: z.literal('listening'),
    /** For a remote forward as it was asked for: SSH does not tell more. */
    bound: z.array(endpointSchema).min(1),
    /** Where it was really seen to listen; absent while nobody has looked. */
    seen: entranceSightSchema.nullable().optional(),
    /** Why it was looked for and not seen. */
    unseen: unseenReasonSchema.optional(),
  }),
  z.object({ status: z.literal('retrying'), retryAt: timestamp, error: tunnelErrorSchema }),
  z.object({ status: z.literal('refused'), error: tunnelErrorSchema }),
]);

/**
 * What is known of a forward's target, from real connections; never guessed. `probe` says what a probe of ours heard,
 * where that and not a program's connection is the latest that is known.
 */
export const targetStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('unknown') }),
  z.object({ status: z.literal('answered'), at: timestamp, probe: probeNoteSchema.optional() }),
  z.object({ status: z.literal('failed'), at: timestamp, error: tunnelErrorSchema }),
  z.object({ status: z.literal('notApplicable') }),
]);

/** Clients that were turned away because of where they came from, since Start. */
export const refusedSourcesSchema = z.object({
  count: z.number().int().min(1),
  /** The last few addresses, the latest first; `unknown` where the server's word for it is no address. */
  latest: z
    .array(z.object({ address: z.string().max(64), count: z.number().int(), at: timestamp }))
    .min(1)
    .max(5),
});

/** One forward as it stands now. */
export const forwardSnapshotSchema = z.object({
  id: z.string(),
  state: forwardStateSchema,
  target: targetStateSchema,
  /** Only where the user agreed to one. */
  secondHop: hopStateSchema.optional(),
  /** Absent where nobody was turned away. */
  refusedSources: refusedSourcesSchema.optional(),
});

/** One tunnel as it stands now: what the engine reports on every change. */
export const tunnelSnapshotSchema = z.object({
  /** The profile's id. */
  id: z.string(),
  state: tunnelStateSchema,
  /** In the profile's order; empty while the tunnel is stopped. */
  forwards: z.array(forwardSnapshotSchema),
  /** Why the tunnel last lost its session, kept while it is open again; null if it never did. */
  lastError: z.object({ at: timestamp, error: tunnelErrorSchema }).nullable(),
  /** Set by main while the engine does not answer: all else here is what was known then, and may be true no longer. */
  engineSilentSince: timestamp.optional(),
});

export type JumpProgress = z.output<typeof jumpProgressSchema>;
export type ConnectPhase = z.output<typeof connectPhaseSchema>;
export type TunnelState = z.output<typeof tunnelStateSchema>;
export type TunnelStatus = TunnelState['status'];
export type ForwardState = z.output<typeof forwardStateSchema>;
export type RefusedSources = z.output<typeof refusedSourcesSchema>;
export type TargetState = z.output<typeof targetStateSchema>;
export type ForwardSnapshot = z.output<typeof forwardSnapshotSchema>;
export type TunnelSnapshot = z.output<typeof tunnelSnapshotSchema>;
