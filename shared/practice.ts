import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

/** The only user that the practice server knows. */
export const PRACTICE_USER = 'practice';

/**
 * The two services behind the practice server, and the only places its forwards can reach. The names
 * exist nowhere but on that server: they show that a target is looked up at the tunnel's far end.
 */
export const PRACTICE_TARGETS = {
  /** Greets like a mail server and understands a handful of words. */
  imap: { host: 'imap.practice', port: 143 },
  /** One page that says where you are. */
  web: { host: 'web.practice', port: 80 },
} as const satisfies Record<string, Endpoint>;

/**
 * What makes a practice server the same one after a restart: its host key and its only password. Made
 * once per user data folder. Both are secrets, though small ones: they open nothing but two toys.
 */
export const practiceIdentitySchema = z.strictObject({
  /** An unencrypted ed25519 private key in OpenSSH's format (OpenSSH, PROTOCOL.key). */
  hostKey: z
    .string()
    .max(4096)
    .regex(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END OPENSSH PRIVATE KEY-----\n?$/),
  password: z.string().regex(/^[A-Za-z0-9_-]{24,128}$/),
});

export type PracticeIdentity = Readonly<z.output<typeof practiceIdentitySchema>>;
