import { isIPv6 } from 'node:net';
import { fail, type Result, succeed } from '#shared/result.ts';
import { expandCommand } from '../expand-command.ts';
import { lowerCaseAscii } from '../ssh/pattern-list.ts';
import { expandTilde, expandTokens, isOthersHome, onlyTokens, type TokenValues } from './expand-tokens.ts';
import type { ForwardSpec, SpecEnd } from './forward-spec.ts';
import { connectedName } from './host-name.ts';
import type { HostSettings } from './host-settings.ts';
import { formatJumpHosts, type JumpHost } from './jump-hosts.ts';
import type { AddressFamily, StrictHostKeyChecking } from './option-values.ts';

/** Whom and where the answer is for. */
export interface AnswerFrame {
  readonly host: string;
  readonly localUser: string;
  readonly localHost: string;
  readonly home: string;
  readonly uid: number | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A way to log in (RFC 4252, RFC 4256). */
export type Authentication = 'publickey' | 'keyboard-interactive' | 'password';

/** What to do for one host: ssh's own defaults filled in, tokens and `~` put in place. */
export interface HostAnswer {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** Null: the usual files. Paths in the order in which they are tried. */
  readonly identityFiles: readonly string[] | null;
  readonly identitiesOnly: boolean;
  /** Null: those beside the key files. */
  readonly certificateFiles: readonly string[] | null;
  /** The ways to log in that are allowed and that Culvert knows, in the order in which they are tried. */
  readonly authentications: readonly Authentication[];
  /** `SSH_AUTH_SOCK`, `none`, or a path. */
  readonly identityAgent: string;
  /** From the first hop to the last, as written; none where the server is dialled directly. */
  readonly proxyJump: readonly JumpHost[];
  /** The same with tokens put in: ssh does so when it runs itself for the hop (ssh.c, main). */
  readonly jumpHosts: readonly JumpHost[];
  readonly proxyCommand: string | null;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly hostKeyAlias: string | null;
  readonly strictHostKeyChecking: StrictHostKeyChecking;
  /** In seconds; 0: none are sent. */
  readonly serverAliveInterval: number;
  readonly serverAliveCountMax: number;
  /** In seconds; null: as long as the system takes. */
  readonly connectTimeout: number | null;
  readonly bindAddress: string | null;
  readonly addressFamily: AddressFamily;
  readonly gatewayPorts: boolean;
  readonly exitOnForwardFailure: boolean;
  /** The agent that the server may use: `SSH_AUTH_SOCK`, `none`, or a path; null where it may use none. */
  readonly forwardedAgent: string | null;
  readonly forwards: readonly ForwardSpec[];
}

/**
 * Turns what the files say into what is to be done (ssh.c, main). A failure is a sentence that names the option: ssh
 * ends at such a token or variable too.
 */
export function answerFor(settings: HostSettings, frame: AnswerFrame): Result<HostAnswer, string> {
  const { home, environment } = frame;
  const known = tokenValuesOf(settings, frame);
  if (!known.ok) return known;
  const values = known.value;
  const { host: hostName, port, user, hostKeyAlias } = values;
  const jumps = settings.proxyJump === 'none' ? [] : (settings.proxyJump ?? []);
  const failures: string[] = [];
  const expand = (option: string, text: string): string => {
    const expanded = expandTokens(text, values, environment);
    if (expanded.ok) return expanded.value;
    failures.push(`${option} cannot be used: ${expanded.error}`);
    return text;
  };
  const path = (option: string) => (text: string) => {
    if (isOthersHome(text)) failures.push(`${option} cannot be used: Culvert does not look up ${text}.`);
    return expand(option, expandTilde(text, home));
  };
  const answer: HostAnswer = {
    hostName,
    port,
    user,
    identityFiles: keyFiles(settings.identityFiles, path('IdentityFile')),
    identitiesOnly: settings.identitiesOnly ?? false,
    certificateFiles: keyFiles(settings.certificateFiles, path('CertificateFile')),
    authentications: authentications(settings),
    identityAgent: agentPath(settings.identityAgent, path('IdentityAgent'), environment),
    proxyJump: jumps,
    jumpHosts: jumps.map((jump) => expandJump(jump, (text) => expand('ProxyJump', text))),
    proxyCommand: proxyCommand(settings.proxyCommand, values, failures),
    userKnownHostsFiles: (settings.userKnownHostsFile ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']).map(
      path('UserKnownHostsFile'),
    ),
    globalKnownHostsFiles: settings.globalKnownHostsFile ?? [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ],
    hostKeyAlias,
    strictHostKeyChecking: settings.strictHostKeyChecking ?? 'ask',
    serverAliveInterval: settings.serverAliveInterval ?? 0,
    serverAliveCountMax: settings.serverAliveCountMax ?? 3,
    connectTimeout: settings.connectTimeout ?? null,
    bindAddress: settings.bindAddress ?? null,
    addressFamily: settings.addressFamily ?? 'any',
    gatewayPorts: settings.gatewayPorts ?? false,
    exitOnForwardFailure: settings.exitOnForwardFailure ?? false,
    forwardedAgent: forwardedAgent(settings, (setting) =>
      agentPath(setting, path('ForwardAgent'), environment),
    ),
    forwards: settings.clearAllForwardings ? [] : settings.forwards.map((spec) => expandPaths(spec, expand)),
  };
  if (isLoop(answer)) failures.push(`ProxyJump goes through ${hostName} to reach ${hostName}.`);
  const [failure] = failures;
  return failure === undefined ? succeed(answer) : fail(failure);
}

/** What the tokens stand for (ssh.c, main). Fails where the name to connect to cannot be told. */
export function tokenValuesOf(settings: HostSettings, frame: AnswerFrame): Result<TokenValues, string> {
  const named = connectedName(settings.hostName, frame.host);
  if (!named.ok) return named;
  const jumps = settings.proxyJump === 'none' ? [] : (settings.proxyJump ?? []);
  return succeed({
    host: canonicalAddress(named.value),
    originalHost: frame.host,
    port: settings.port ?? 22,
    user: settings.user ?? frame.localUser,
    localUser: frame.localUser,
    home: frame.home,
    hostKeyAlias: settings.hostKeyAlias === undefined ? null : lowerCaseAscii(settings.hostKeyAlias),
    localHost: frame.localHost,
    uid: frame.uid,
    jump: formatJumpHosts(jumps),
  });
}

function expandJump({ host, user, port }: JumpHost, expand: (text: string) => string): JumpHost {
  return { host: expand(host), user: user === null ? null : expand(user), port };
}

/** ssh expands the paths of sockets, not hosts, and no `~` in them. */
function expandPaths(spec: ForwardSpec, expand: (option: string, text: string) => string): ForwardSpec {
  const expandEnd = (end: SpecEnd): SpecEnd =>
    end.kind === 'path' ? { ...end, path: expand('A forward', end.path) } : end;
  return {
    ...spec,
    listen: expandEnd(spec.listen),
    target: spec.target === 'socks' ? 'socks' : expandEnd(spec.target),
  };
}

/** The last hop is the server itself (ssh.c, "jumphost loop"). */
function isLoop({ proxyJump, hostName, port, user }: HostAnswer): boolean {
  const last = proxyJump.at(-1);
  if (last === undefined) return false;
  return last.host === hostName && (last.port ?? 22) === port && (last.user ?? user) === user;
}

function keyFiles(files: readonly string[], path: (text: string) => string): readonly string[] | null {
  if (files.length === 0) return null;
  return files.filter((file) => file.toLowerCase() !== 'none').map(path);
}

/** The usual order without those that we do not know (sshconnect2.c, authmethods_get). */
const USUAL_ORDER = 'publickey,keyboard-interactive,password';

function authentications(settings: HostSettings): readonly Authentication[] {
  const isAllowed: Readonly<Record<Authentication, boolean>> = {
    publickey: settings.pubkeyAuthentication ?? true,
    'keyboard-interactive': settings.kbdInteractiveAuthentication ?? true,
    password: settings.passwordAuthentication ?? true,
  };
  const isKnown = (name: string): name is Authentication => Object.hasOwn(isAllowed, name);
  const order = (settings.preferredAuthentications ?? USUAL_ORDER).split(',').filter(isKnown);
  return [...new Set(order)].filter((name) => isAllowed[name]);
}

function proxyCommand(command: string | undefined, values: TokenValues, failures: string[]): string | null {
  if (command === undefined || command.toLowerCase() === 'none') return null;
  const expanded = expandCommand(command, onlyTokens('hknpr', values));
  if (!expanded.ok) failures.push(`ProxyCommand cannot be used: ${expanded.error}`);
  return expanded.ok ? expanded.value : command;
}

/**
 * The usual form of an address that is written otherwise (`127.1`, `fe80::0001`), as the resolver gives it back to
 * ssh; any other name as it stands.
 */
function canonicalAddress(host: string): string {
  // The URL parser knows no zones (RFC 4007).
  if (isIPv6(host)) return /[.%]/.test(host) ? host : new URL(`ssh2://[${host}]`).hostname.slice(1, -1);
  if (!/^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}$/.test(host)) return host;
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

function forwardedAgent(
  { forwardAgent, forwardedAgentSocket }: HostSettings,
  agent: (setting: string | undefined) => string,
): string | null {
  return forwardAgent ? agent(forwardedAgentSocket) : null;
}

/** `$NAME` stands for the path in an environment variable. */
function agentPath(
  setting: string | undefined,
  path: (text: string) => string,
  environment: AnswerFrame['environment'],
): string {
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return 'SSH_AUTH_SOCK';
  if (setting.toLowerCase() === 'none') return 'none';
  return isVariable(setting) ? (environment[setting.slice(1)] ?? 'none') : path(setting);
}

const isVariable = (setting: string): boolean => /^\$[A-Za-z0-9_]+$/.test(setting);
