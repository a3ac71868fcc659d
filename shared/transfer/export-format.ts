import { z } from 'zod';
import { allowedSourcesSchema } from '../allowed-sources.ts';
import { connectionSettingsSchema } from '../connection-settings.ts';
import { jumpHostSchema, MAX_JUMP_HOSTS } from '../jump-host.ts';
import { agentKeyChoiceSchema, loginSchema, MAX_MORE_KEY_FILES } from '../login.ts';
import { forwardSchema, profileSchema } from '../profile.ts';
import { proxySchema } from '../proxy.ts';
import { serverSchema } from '../server.ts';
import { carriedPathSchema } from './carried-path.ts';

/*
 * Every field stands here by its name, down to the last: a profile's schema that grows adds nothing to an export. The
 * rules of a field are those of the profile. What is left out, and why, stands in `not-exported.ts`.
 */

const [localSchema, remoteSchema, dynamicSchema] = forwardSchema.options;
const [socks5Schema, httpSchema, commandSchema] = proxySchema.options;

const carriedServerSchema = z.object({
  host: serverSchema.shape.host,
  port: serverSchema.shape.port,
  user: serverSchema.shape.user,
});

const keyUse = loginSchema.options[0].shape;
const carriedKeyUse = {
  agentKeys: keyUse.agentKeys,
  certificateFiles: z.array(carriedPathSchema).max(100).optional(),
  afterKeys: keyUse.afterKeys,
};

const carriedLoginSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('automatic'), ...carriedKeyUse }),
  z.object({
    method: z.literal('keyFile'),
    keyFile: carriedPathSchema,
    moreKeyFiles: z.array(carriedPathSchema).max(MAX_MORE_KEY_FILES).optional(),
    ...carriedKeyUse,
  }),
  z.object({
    method: z.literal('agent'),
    key: z
      .object({ type: agentKeyChoiceSchema.shape.type, publicKey: agentKeyChoiceSchema.shape.publicKey })
      .optional(),
  }),
  z.object({ method: z.literal('password') }),
  z.object({ method: z.literal('ask') }),
]);

/**
 * Not in whom to trust: a file from elsewhere must not choose by whose key a server is known, from which files, nor trust by itself.
 */
const carriedHostKeysSchema = z.object({
  checking: z.enum(['ask', 'yes'], 'Only “ask” and “yes” can be imported.').optional(),
});

const carriedConnectionSchema = z.object({
  connectTimeout: connectionSettingsSchema.shape.connectTimeout,
  aliveInterval: connectionSettingsSchema.shape.aliveInterval,
  aliveCountMax: connectionSettingsSchema.shape.aliveCountMax,
  addressFamily: connectionSettingsSchema.shape.addressFamily,
});

const carriedJumpHostSchema = z.object({
  server: carriedServerSchema,
  login: carriedLoginSchema,
  hostKeys: carriedHostKeysSchema.optional(),
  connection: carriedConnectionSchema.optional(),
  legacyAlgorithms: jumpHostSchema.shape.legacyAlgorithms,
});

const carriedProxyServer = {
  host: socks5Schema.shape.host,
  port: socks5Schema.shape.port,
  user: socks5Schema.shape.user,
};

const carriedProxySchema = z.discriminatedUnion('kind', [
  z.object({ kind: socks5Schema.shape.kind, ...carriedProxyServer }),
  z.object({ kind: httpSchema.shape.kind, ...carriedProxyServer }),
  /** Empty where it was left out, since it can hold a password. */
  z.object({ kind: commandSchema.shape.kind, command: z.literal('').or(commandSchema.shape.command) }),
]);

const carriedForward = {
  name: localSchema.shape.name,
  enabled: localSchema.shape.enabled,
  allowFrom: allowedSourcesSchema.optional(),
};

const endpoint = ({ shape }: typeof localSchema.shape.target) =>
  z.object({ host: shape.host, port: shape.port });

const carriedForwardSchema = z.discriminatedUnion('kind', [
  z.object({
    ...carriedForward,
    kind: localSchema.shape.kind,
    bind: z.object({
      address: localSchema.shape.bind.shape.address,
      port: localSchema.shape.bind.shape.port,
    }),
    target: endpoint(localSchema.shape.target),
  }),
  z.object({
    ...carriedForward,
    kind: remoteSchema.shape.kind,
    bind: z.object({
      address: remoteSchema.shape.bind.shape.address,
      port: remoteSchema.shape.bind.shape.port,
    }),
    target: endpoint(remoteSchema.shape.target),
  }),
  z.object({
    ...carriedForward,
    kind: dynamicSchema.shape.kind,
    bind: z.object({
      address: dynamicSchema.shape.bind.shape.address,
      port: dynamicSchema.shape.bind.shape.port,
    }),
  }),
]);

/** A profile as an export carries it: without secrets, agreements, and whatever starts or runs by itself. */
export const carriedProfileSchema = z.object({
  /** Tells a profile that came from here from one that is new; an import never takes it over. */
  id: profileSchema.shape.id,
  name: profileSchema.shape.name,
  server: carriedServerSchema,
  login: carriedLoginSchema,
  hostKeys: carriedHostKeysSchema.optional(),
  connection: carriedConnectionSchema.optional(),
  jumpHosts: z
    .array(carriedJumpHostSchema)
    .max(MAX_JUMP_HOSTS, `A tunnel can have at most ${MAX_JUMP_HOSTS} jump hosts.`)
    .optional(),
  proxy: carriedProxySchema.optional(),
  forwards: z
    .array(carriedForwardSchema)
    .min(1, 'It has no forward.')
    .max(100, 'It has more than 100 forwards.'),
  legacyAlgorithms: profileSchema.shape.legacyAlgorithms,
  looksAtServer: profileSchema.shape.looksAtServer,
});

/** The name by which an export is known. */
export const EXPORT_FORMAT = 'culvert-profiles';

/** The version that this Culvert writes, and the newest that it reads. */
export const EXPORT_VERSION = 1;

/** More than anybody has; what is larger is no export of a person's tunnels. */
export const MAX_CARRIED_PROFILES = 1000;

/** The whole file; see `docs/export-format.md`. */
export const exportFileSchema = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  profiles: z.array(carriedProfileSchema).min(1).max(MAX_CARRIED_PROFILES),
});

export type CarriedProfile = z.output<typeof carriedProfileSchema>;
export type ExportFile = z.output<typeof exportFileSchema>;
