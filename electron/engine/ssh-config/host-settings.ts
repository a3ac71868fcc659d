import type { ForwardSpec } from './forward-spec.ts';
import type { JumpHost } from './jump-hosts.ts';
import type { AddressFamily, StrictHostKeyChecking } from './option-values.ts';

/** Where a line stands; lines count from 1, and 0 is the file as a whole. */
export interface ConfigPlace {
  readonly file: string;
  readonly line: number;
  /** The system's file, or one that it includes: nobody in particular wrote it for this Host. */
  readonly isSystems: boolean;
}

/**
 * What a configuration says of one host, as it is written: tokens and `~` are not put in yet. What no line says
 * is absent, so that whoever uses it can tell a default from a wish.
 */
export interface HostSettings {
  hostName?: string;
  port?: number;
  user?: string;
  identitiesOnly?: boolean;
  identityAgent?: string;
  /** From the first hop to the last. */
  proxyJump?: readonly JumpHost[] | 'none';
  proxyCommand?: string;
  userKnownHostsFile?: readonly string[];
  globalKnownHostsFile?: readonly string[];
  hostKeyAlias?: string;
  strictHostKeyChecking?: StrictHostKeyChecking;
  serverAliveInterval?: number;
  serverAliveCountMax?: number;
  connectTimeout?: number;
  bindAddress?: string;
  addressFamily?: AddressFamily;
  gatewayPorts?: boolean;
  exitOnForwardFailure?: boolean;
  clearAllForwardings?: boolean;
  forwardAgent?: boolean;
  /** The socket of the agent to forward, where it is not the usual one. */
  forwardedAgentSocket?: string;
  pubkeyAuthentication?: boolean;
  passwordAuthentication?: boolean;
  kbdInteractiveAuthentication?: boolean;
  /** Names of methods in their order, with commas. */
  preferredAuthentications?: string;
  identityFiles: string[];
  certificateFiles: string[];
  forwards: ForwardSpec[];
}

/** Something in the files that a person should know. */
export type ConfigProblem = ConfigPlace & {
  /** `refused`: ssh itself ends here. `notRead`: Culvert does, and ssh might not. `notHonoured`: would change what happens, and Culvert does not do it. */
  readonly kind: 'refused' | 'notRead' | 'notHonoured' | 'unknown' | 'commandNotRun';
  /** The option as written, or the command of `Match exec`. */
  readonly subject: string;
  /** A sentence. */
  readonly text: string;
};
