import { z } from 'zod';
import { connectionSettingsSchema } from './connection-settings.ts';
import { hostKeySettingsSchema } from './host-key-settings.ts';
import { jumpHostsSchema } from './jump-host.ts';
import { loginSchema } from './login.ts';
import { MAX_FORWARDS } from './profile.ts';
import { proxySchema } from './proxy.ts';
import { serverSchema } from './server.ts';

/** More make no list to choose from. */
export const MAX_CONFIG_HOSTS = 5000;

/** The files and folders that are watched: all that are read at most, and as many folders. */
export const MAX_CONFIG_FILES = 2000;

/** More concerns of one Host than anybody reads. */
export const MAX_CONFIG_CONCERNS = 200;

/** A Host of ssh_config(5) as one would type it after `ssh`. */
const hostName = z.string().min(1).max(253);

const endSchema = z.object({ address: z.string().max(253), port: z.number().int().min(0).max(65535) });
const targetSchema = z.object({ host: z.string().max(253), port: z.number().int().min(1).max(65535) });

/** The Hosts that the configuration names, each once, in the order of the files. */
export const configHostsSchema = z.object({
  /** The user's own file, for the eye, whether it is there or not. */
  file: z.string().max(4096),
  hosts: z.array(hostName).max(MAX_CONFIG_HOSTS),
  /** The files and folders that were looked at for it, there or not. */
  files: z.array(z.string().max(4096)).max(MAX_CONFIG_FILES),
  /** Where there are more Hosts than these, a sentence that says so; null: these are all. */
  cut: z.string().max(200).nullable(),
});

/** Something that the configuration says of a Host and a profile made of it will not do. */
export const configConcernSchema = z.object({
  /** The option as ssh_config(5) writes it, or the command of `Match exec`. */
  subject: z.string().max(500),
  /** A sentence. */
  text: z.string().max(1000),
  file: z.string().max(4096),
  /** Counted from 1; 0 where it is about the whole file. */
  line: z.number().int().min(0),
  /** The system's file says it, of every Host alike. */
  isSystems: z.boolean(),
  /** The command of a `Match exec` that was not run, since nobody allowed it; it counts as failed. */
  command: z.string().max(4096).optional(),
});

/** A forward that a profile can have. */
export const configForwardSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), bind: endSchema, target: targetSchema }),
  z.object({ kind: z.literal('remote'), bind: endSchema, target: targetSchema }),
  z.object({ kind: z.literal('dynamic'), bind: endSchema }),
]);

/** What a profile that follows a Host has from the configuration, and nothing else of it. */
export const configWaySchema = z.object({
  server: serverSchema,
  login: loginSchema,
  hostKeys: hostKeySettingsSchema.optional(),
  connection: connectionSettingsSchema.optional(),
  jumpHosts: jumpHostsSchema.optional(),
  proxy: proxySchema.optional(),
  /** As in a profile. */
  forwardsAgent: z.boolean().optional(),
});

/** What a profile can take over from the configuration for one Host. */
export const configHostSchema = z.object({
  host: hostName,
  /** The configuration names it in full; else only patterns, and ssh’s own ways, are about it. */
  isNamed: z.boolean(),
  way: configWaySchema,
  forwards: z.array(configForwardSchema).max(MAX_FORWARDS),
  concerns: z.array(configConcernSchema).max(MAX_CONFIG_CONCERNS),
  /** The files and folders whose change can change all this; whether they are there or not. */
  files: z.array(z.string().max(4096)).max(MAX_CONFIG_FILES),
});

export type ConfigHosts = z.infer<typeof configHostsSchema>;
export type ConfigConcern = z.infer<typeof configConcernSchema>;
export type ConfigForward = z.infer<typeof configForwardSchema>;
export type ConfigWay = z.infer<typeof configWaySchema>;
export type ConfigHost = z.infer<typeof configHostSchema>;
