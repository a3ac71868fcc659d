import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';
import { hostSchema, portSchema } from './server.ts';
import { tunnelErrorSchema } from './tunnel-error.ts';

/** What a probe does once it is connected: wait for a greeting, or speak first. */
export const probeSpeechSchema = z.enum(['listen', 'http', 'tls']);

/** What is to be tested, and how. */
export const probeRequestSchema = z.object({
  /** Where a SOCKS forward is to lead; other forwards have a target of their own. */
  target: z.object({ host: hostSchema, port: portSchema }).optional(),
  /** Left out: what is usual on the target's port, and nothing is ever sent to a port of no known use. */
  speech: probeSpeechSchema.optional(),
});

/** Kinds of services that greet in a way of their own. */
export const probeServiceSchema = z.enum([
  'ftp',
  'http',
  'imap',
  'irc',
  'mysql',
  'nntp',
  'pop3',
  'rsync',
  'sieve',
  'smtp',
  'ssh',
  'telnet',
  'unknown',
  'vnc',
]);

/** Bytes from the other side, made visible: printable characters and line feeds only. */
const visibleText = z.string().max(8192);
const visibleLine = z.string().max(300);

/** What a TLS server showed. */
const certificateSchema = z.object({
  /** The subject's common name; empty where it has none. */
  subject: visibleLine,
  /** The names and addresses that it is for (RFC 5280 section 4.2.1.6). */
  names: z.array(visibleLine).max(20),
  issuer: visibleLine,
  /** Milliseconds since the epoch; null where it cannot be read. */
  validUntil: z.number().nullable(),
  /** Why this computer would not trust it for this host, as OpenSSL's code; null if it would. */
  distrust: visibleLine.nullable(),
});

/** What came back. */
export const probeAnswerSchema = z.discriminatedUnion('kind', [
  /** It greeted; `isComplete` is false where more would have come. */
  z.object({
    kind: z.literal('banner'),
    service: probeServiceSchema,
    text: visibleText,
    isComplete: z.boolean(),
  }),
  z.object({ kind: z.literal('http'), statusLine: visibleLine, server: visibleLine.nullable() }),
  z.object({ kind: z.literal('tls'), protocol: visibleLine, certificate: certificateSchema }),
  /** It speaks TLS, but no session came of it. */
  z.object({ kind: z.literal('tlsFailed'), detail: visibleLine }),
  /** It took the connection and said nothing, for so long. */
  z.object({ kind: z.literal('silent'), waitedMs: z.number() }),
  /** It took the connection and ended it without a word. */
  z.object({ kind: z.literal('closed') }),
  /** It took the connection and reset it without a word. */
  z.object({ kind: z.literal('reset') }),
  /** The target was not reached, and this is why. */
  z.object({ kind: z.literal('refused'), error: tunnelErrorSchema }),
  /** Whether the target takes the connection was not known after so long. */
  z.object({ kind: z.literal('timedOut'), waitedMs: z.number() }),
  /** The forward's own listener was not reached, so nothing is known of the target. */
  z.object({ kind: z.literal('entranceRefused'), entrance: endpointSchema, detail: visibleLine }),
  /**
   * Nothing was sent: our own connection would come from `from`, an address of the server (`server`) or of this computer
   * (`here`), which the forward's allowed sources leave out.
   */
  z.object({
    kind: z.literal('sourceNotAllowed'),
    side: z.enum(['here', 'server']),
    from: z.string().max(255),
  }),
  /** The server does not let us connect to this port of its own, so nothing is known of the target. */
  z.object({ kind: z.literal('wayForbidden'), entrance: endpointSchema }),
  /** The server connected us to this place of its own, and nobody came to us: another program has it. */
  z.object({ kind: z.literal('otherProgram'), entrance: endpointSchema }),
  /** The tunnel or this forward was not open, or closed meanwhile. */
  z.object({ kind: z.literal('notOpen') }),
]);

/** What came of one connection. */
const passage = {
  /** What was said to the target; null where nothing was. */
  sent: visibleText.nullable(),
  /** From the start until the target had taken the connection; null if that is not known. */
  connectMs: z.number().nullable(),
  /** From the start until its first byte came; null if none did. */
  firstByteMs: z.number().nullable(),
  answer: probeAnswerSchema,
};

/** What a connection by the port of a second hop found: the way by which people outside come in. */
export const hopProbeSchema = z.object({
  /** Where the server was asked to connect to. */
  entrance: endpointSchema,
  ...passage,
});

/** What one connection through a forward found. */
export const probeOutcomeSchema = z.object({
  /** When it was over, in milliseconds since the epoch. */
  at: z.number(),
  /**
   * What the connection went through: the whole forward, or only from this computer to the target of a remote forward
   * whose server does not let us connect to its own listener.
   */
  tested: z.enum(['forward', 'targetOnly']),
  ...passage,
  /** Only where a second hop was open. */
  secondHop: hopProbeSchema.optional(),
});

/** A probe in a few words, for the target light; absent where a connection of a program taught what is known. */
export const probeNoteSchema = z.object({
  /** Such as `said * OK …`, to be followed by how long ago. */
  summary: z.string().max(200),
  /** It ended the connection without a word, as a stand-in for a service that is down does. */
  hungUp: z.boolean(),
});

export type ProbeSpeech = z.output<typeof probeSpeechSchema>;
export type ProbeRequest = z.output<typeof probeRequestSchema>;
export type ProbeService = z.output<typeof probeServiceSchema>;
export type ProbeAnswer = z.output<typeof probeAnswerSchema>;
export type HopProbe = z.output<typeof hopProbeSchema>;
export type ProbeOutcome = z.output<typeof probeOutcomeSchema>;
export type ProbeNote = z.output<typeof probeNoteSchema>;
