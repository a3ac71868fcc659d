import { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { knownBySchema } from './known-by.ts';
import { proxyKindSchema } from './proxy.ts';

const base = {
  /** Names this asking; an answer to an older one is refused. */
  id: z.string(),
  host: z.string(),
  port: z.number().int(),
};

/** One field of a keyboard-interactive round (RFC 4256 section 3.2), its text made safe to show. */
const questionSchema = z.object({
  text: z.string(),
  /** Whether the answer may be shown while it is typed. */
  echo: z.boolean(),
});

/** What a tunnel needs a person for. A state rather than a callback, so that it survives a reload of the window. */
export const promptSchema = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('unknownHostKey'),
    keyType: z.string(),
    /** `SHA256:…` as `ssh-keygen -l` prints it. */
    fingerprint: z.string(),
    /** The key's picture as `ssh -o VisualHostKey=yes` draws it. */
    randomart: z.string(),
    /** Types of other keys that this host is already known by; empty for a host never seen. */
    otherKnownTypes: z.array(z.string()),
    /** The file that a trusted key is added to; null where none is written, so that it is trusted until the engine ends. */
    knownHostsFile: z.string().nullable(),
    /** The name under which the profile looks the server up; null or absent: its own. */
    alias: z.string().nullable().optional(),
    /** Lines that say the server proves itself by a certificate, which Culvert cannot check. */
    authorities: z.array(z.object({ file: z.string(), line: z.number().int() })).optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('password'),
    user: z.string(),
    knownBy: knownBySchema.optional(),
    /** 1 for the first asking; 2 and 3 after a refusal. */
    attempt: z.number().int(),
  }),
  /** The password was right, and the server wants a new one in its place (RFC 4252, section 8). */
  z.object({
    ...base,
    kind: z.literal('newPassword'),
    user: z.string(),
    knownBy: knownBySchema.optional(),
    /** The server's own words, made safe to show; perhaps none. */
    text: z.string(),
    /** 1 for the first asking; above that, the server did not like the last one. */
    attempt: z.number().int(),
  }),
  /** For a proxy on the way, which gets it without any encryption of ours; `host` and `port` are the proxy's. */
  z.object({
    ...base,
    kind: z.literal('proxyPassword'),
    proxy: proxyKindSchema,
    user: z.string(),
    attempt: z.number().int(),
  }),
  z.object({
    ...base,
    kind: z.literal('passphrase'),
    keyFile: z.string(),
    attempt: z.number().int(),
  }),
  z.object({
    ...base,
    kind: z.literal('questions'),
    user: z.string(),
    /** The server's own title and text, made safe to show. */
    title: z.string(),
    instructions: z.string(),
    questions: z.array(questionSchema).min(1),
    attempt: z.number().int(),
  }),
]);

export type Prompt = z.output<typeof promptSchema>;
export type PromptKind = Prompt['kind'];

const secretText = z.string().max(4096, 'That is too long.');

/** A person's answer to a prompt. */
export const promptAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trust') }),
  z.object({
    kind: z.literal('secret'),
    secret: secretText,
    /** Keep it in the OS keychain. Only offered where there is a real one. */
    remember: z.boolean(),
  }),
  z.object({ kind: z.literal('answers'), answers: z.array(secretText).max(100) }),
  z.object({ kind: z.literal('cancel') }),
]);

export type PromptAnswer = z.output<typeof promptAnswerSchema>;

/** Claims that the answer is of the kind that was asked for. */
export function fitsPrompt(prompt: Prompt, answer: PromptAnswer): boolean {
  switch (answer.kind) {
    case 'cancel':
      return true;
    case 'trust':
      return prompt.kind === 'unknownHostKey';
    case 'secret':
      return SECRET_PROMPTS.has(prompt.kind);
    case 'answers':
      return prompt.kind === 'questions' && prompt.questions.length === answer.answers.length;
    default:
      return assertNever(answer);
  }
}

const SECRET_PROMPTS: ReadonlySet<PromptKind> = new Set([
  'password',
  'proxyPassword',
  'passphrase',
  'newPassword',
]);
