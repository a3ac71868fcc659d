import { z } from 'zod';
import { allowedSourcesSchema } from './allowed-sources.ts';
import { connectionSettingsSchema } from './connection-settings.ts';
import { formatEndpoint, isHost, isIpv4, isIpv6 } from './endpoint.ts';
import { exposureLeaseSchema } from './exposure-lease.ts';
import { followedHostSchema } from './followed-host.ts';
import { findClashes } from './forward-clashes.ts';
import { hostComplaint } from './host-complaint.ts';
import { hostKeySettingsSchema } from './host-key-settings.ts';
import { jumpHostsSchema } from './jump-host.ts';
import { loginSchema } from './login.ts';
import { oneLine } from './one-line.ts';
import { proxySchema } from './proxy.ts';
import { secondHopSchema } from './second-hop.ts';
import { hostSchema, portSchema, serverSchema } from './server.ts';

const remotePortMessage = 'Choose a port from 1 to 65535, or 0 to let the server choose.';
const remotePortSchema = z
  .number(remotePortMessage)
  .int(remotePortMessage)
  .min(0, remotePortMessage)
  .max(65535, remotePortMessage);

const notBindAddressMessage = 'Enter localhost, * for all addresses, or one address.';

/** `localhost`, `*` for every address, or one address or name of the computer that listens. */
export const bindAddressSchema = oneLine('A bind address', 253).refine(
  (text) => text === '' || text === '*' || isHost(text),
  { error: ({ input }) => hostComplaint(String(input), notBindAddressMessage) },
);

/** A local listener is bound by this computer's own kernel, which takes addresses and `localhost` only. */
const localBindAddressSchema = bindAddressSchema.refine(
  (text) => text === '' || text === '*' || text.toLowerCase() === 'localhost' || isIpv4(text) || isIpv6(text),
  'Enter localhost, * for all addresses, or one address of this computer.',
);

const targetSchema = z.object({ host: hostSchema, port: portSchema });

const forwardBase = {
  /** Stays the same over edits, so that a running forward can be told from a new one. */
  id: z.uuid(),
  /** What the user calls it; empty means that its path names it. */
  name: oneLine('A name', 80).default(''),
  /** A forward can be kept and switched off. */
  enabled: z.boolean().default(true),
  /** The bind address that the user agreed to open to others; see `exposure-lease.ts`. */
  exposureConfirmedFor: z.string().max(253).optional(),
  /** Such an agreement with an end, or with sources; see `exposure-lease.ts`. */
  exposureLease: exposureLeaseSchema.optional(),
  /** Who may use it where others could reach it; absent or empty: anyone. */
  allowFrom: allowedSourcesSchema.optional(),
};

/** More than anybody has. */
export const MAX_FORWARDS = 100;

/** One rule of a profile (ssh(1): -L, -R, -D). */
export const forwardSchema = z.discriminatedUnion('kind', [
  z.object({
    ...forwardBase,
    kind: z.literal('local'),
    bind: z.object({ address: localBindAddressSchema, port: portSchema }),
    target: targetSchema,
  }),
  z.object({
    ...forwardBase,
    kind: z.literal('remote'),
    bind: z.object({ address: bindAddressSchema, port: remotePortSchema }),
    target: targetSchema,
    /** A listener on the server, open to others, that leads to this one; see `second-hop.ts`. */
    secondHop: secondHopSchema.optional(),
  }),
  z.object({
    ...forwardBase,
    kind: z.literal('dynamic'),
    bind: z.object({ address: localBindAddressSchema, port: portSchema }),
  }),
]);

/** One SSH server, how to log in, and what to forward: what the user saves. */
export const profileSchema = z
  .object({
    id: z.uuid(),
    name: oneLine('A name', 80).refine((text) => text !== '', 'Give the tunnel a name.'),
    server: serverSchema,
    login: loginSchema,
    /** Where the server's keys are known from; absent: the usual files. */
    hostKeys: hostKeySettingsSchema.optional(),
    /** How the server is dialled and watched; absent: as Culvert does by itself. */
    connection: connectionSettingsSchema.optional(),
    /** The SSH servers on the way to the server, in the order of travel; absent or empty: none. */
    jumpHosts: jumpHostsSchema.optional(),
    /** How the first server of the way is reached; absent: directly. */
    proxy: proxySchema.optional(),
    /** The Host of the user's ssh configuration that server, login and way are taken from, again at every change of it. */
    followedHost: followedHostSchema.optional(),
    forwards: z
      .array(forwardSchema)
      .min(1, 'Add at least one forward.')
      .max(MAX_FORWARDS, `A profile can have at most ${MAX_FORWARDS} forwards.`),
    /** Start the tunnel whenever Culvert opens. */
    startOnOpen: z.boolean().default(false),
    /** Also offer SHA-1 signatures and group14 key exchange, which blocks the engine for about a second. */
    legacyAlgorithms: z.boolean().default(false),
    /** Lets programs on the server use the keys of our agent while the session lives (ssh(1), -A); absent: no. */
    forwardsAgent: z.boolean().optional(),
    /** Run a short program on the server, over the session, that lists what listens there; see `server-look.ts`. */
    looksAtServer: z.boolean().default(true),
    /** Dials the server inside the app: address, login and key are Culvert's own and not in the file. */
    practice: z.boolean().default(false),
  })
  .superRefine(({ forwards }, context) => {
    for (const [index, { id }] of forwards.entries()) {
      if (forwards.findIndex((other) => other.id === id) < index) {
        context.addIssue({
          code: 'custom',
          path: ['forwards', index, 'id'],
          message: 'Another forward has the same id.',
        });
      }
    }
    for (const clash of findClashes(forwards)) {
      context.addIssue({
        code: 'custom',
        path: ['forwards', clash.index, 'bind', 'port'],
        message: `Forward ${clash.with + 1} already listens on this port.`,
      });
    }
  });

export type Forward = z.output<typeof forwardSchema>;
export type ForwardKind = Forward['kind'];
export type Profile = z.output<typeof profileSchema>;

/** The name a forward goes by: the user's own, else its path, such as `localhost:42424 to imap:143`. */
export function forwardLabel(forward: Forward): string {
  if (forward.name !== '') return forward.name;
  const entrance = bindLabel(forward.bind);
  switch (forward.kind) {
    case 'local':
      return `${entrance} to ${formatEndpoint(forward.target)}`;
    case 'remote':
      return `${entrance} on the server to ${formatEndpoint(forward.target)}`;
    case 'dynamic':
      return `SOCKS on ${entrance}`;
  }
}

/** A bind address and port for people: an empty address is `localhost`. */
export function bindLabel(bind: { readonly address: string; readonly port: number }): string {
  return formatEndpoint({ host: bind.address === '' ? 'localhost' : bind.address, port: bind.port });
}

/** A forward that is the same but for the port it listens on. */
export function withPort(forward: Forward, port: number): Forward {
  // Not spread as one: each kind has a `bind` of its own type.
  switch (forward.kind) {
    case 'local':
      return { ...forward, bind: { ...forward.bind, port } };
    case 'remote':
      return { ...forward, bind: { ...forward.bind, port } };
    case 'dynamic':
      return { ...forward, bind: { ...forward.bind, port } };
  }
}
