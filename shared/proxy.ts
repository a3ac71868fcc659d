import { z } from 'zod';
import { isPlainText, oneLine } from './one-line.ts';
import { hostSchema, portSchema } from './server.ts';

/** In UTF-16 units. */
export const MAX_COMMAND_LENGTH = 4096;

/** As any line, but with tabs: to a shell they are spaces, and they hide and reorder nothing. */
const commandSchema = z
  .string()
  .trim()
  .min(1, 'Enter a command.')
  .max(MAX_COMMAND_LENGTH, `A command can be at most ${MAX_COMMAND_LENGTH} characters long.`)
  .refine(
    (text) => isPlainText(text.replaceAll('\t', ' ')),
    'A command cannot contain control or invisible characters.',
  );

/** The kinds of proxy that can want a login. */
export const proxyKindSchema = z.enum(['socks5', 'http']);

const proxyServer = {
  host: hostSchema,
  port: portSchema,
  /** Empty: the proxy asks for no login. Its password is asked for, and never saved here. */
  user: oneLine('A user name', 255).default(''),
};

/** How the first SSH server of the way is reached, where not directly. */
export const proxySchema = z.discriminatedUnion('kind', [
  /** SOCKS version 5 (RFC 1928); the proxy resolves the name. */
  z.object({ kind: z.literal('socks5'), ...proxyServer }),
  /** CONNECT of HTTP (RFC 9110 section 9.3.6). */
  z.object({ kind: z.literal('http'), ...proxyServer }),
  /** A program of this computer whose input and output is the connection (ssh_config(5), ProxyCommand). */
  z.object({
    kind: z.literal('command'),
    /** For the shell, with the tokens %h, %p, %r, %n and %%. */
    command: commandSchema,
    /** The very command that the user allowed; any other is not run. */
    allowed: z.string().max(MAX_COMMAND_LENGTH).optional(),
  }),
]);

export type ProxySetting = z.output<typeof proxySchema>;
