import { spawnSync } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { diskFiles } from '../config-files.ts';
import type { ForwardSpec, SpecEnd } from '../forward-spec.ts';
import { answerFor } from '../host-answer.ts';
import type { HostSettings } from '../host-settings.ts';
import { formatJumpHosts } from '../jump-hosts.ts';
import { resolveHost } from '../resolve-host.ts';

/** The options that Culvert follows, as `ssh -G` prints them; null where ssh refuses the configuration. */
export type PrintedOptions = Readonly<Record<string, readonly string[]>> | null;

/** Options of which ssh prints one line each, and those with a line for each value. */
const PRINTED = [
  'hostname port user identitiesonly identityagent proxyjump proxycommand userknownhostsfile globalknownhostsfile',
  'hostkeyalias stricthostkeychecking serveraliveinterval serveralivecountmax connecttimeout bindaddress',
  'addressfamily gatewayports exitonforwardfailure clearallforwardings forwardagent',
  'pubkeyauthentication passwordauthentication kbdinteractiveauthentication preferredauthentications certificatefile',
  'identityfile localforward remoteforward dynamicforward',
]
  .join(' ')
  .split(' ');

/** The real ssh's answer. */
export function askSsh(
  configFile: string,
  host: string,
  environment: NodeJS.ProcessEnv = {},
): PrintedOptions {
  const { status, stdout, error } = spawnSync('ssh', ['-F', configFile, '-G', host], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (error) throw error;
  if (status !== 0) return null;
  const printed: Record<string, string[]> = Object.fromEntries(PRINTED.map((name) => [name, []]));
  for (const line of stdout.split('\n')) {
    const at = line.indexOf(' ');
    printed[line.slice(0, at)]?.push(line.slice(at + 1));
  }
  return printed;
}

/** Culvert's answer, in ssh's words. */
export function askCulvert(
  configFile: string,
  {
    host,
    user,
    environment = {},
  }: {
    readonly host: string;
    readonly user?: string | undefined;
    readonly environment?: NodeJS.ProcessEnv;
  },
): PrintedOptions {
  const { username, homedir: home, uid } = userInfo();
  const given = user === undefined ? {} : { user };
  const { settings, problems } = resolveHost(
    {
      host,
      ...given,
      localUser: username,
      home,
      environment: { ...process.env, ...environment },
      userFile: configFile,
      systemFile: null,
      ran: () => ({ kind: 'notAllowed' }),
    },
    diskFiles,
  );
  if (problems.some(({ kind }) => kind === 'refused' || kind === 'unknown')) return null;
  // ssh -G prints key files as they are written, and expands them only when it needs them.
  const { proxyCommand, identityFiles, certificateFiles, ...expanded } = settings;
  const answered = answerFor(
    { ...expanded, identityFiles: [], certificateFiles: [] },
    {
      host,
      localUser: username,
      localHost: 'localhost',
      home: homedir(),
      uid,
      environment: { ...process.env, ...environment },
    },
  );
  if (!answered.ok) return null;
  const answer = answered.value;
  const forwards = (kind: ForwardSpec['kind']) =>
    answer.forwards.filter((spec) => spec.kind === kind).map(printForward);
  return {
    hostname: [answer.hostName],
    port: [String(answer.port)],
    user: [answer.user],
    identitiesonly: [yesNo(answer.identitiesOnly)],
    identityagent:
      settings.identityAgent === undefined ? [] : [printAgent(settings.identityAgent, answer.identityAgent)],
    proxyjump: answer.proxyJump.length === 0 ? [] : [formatJumpHosts(answer.proxyJump)],
    proxycommand: proxyCommand === undefined || proxyCommand === 'none' ? [] : [proxyCommand],
    userknownhostsfile: [answer.userKnownHostsFiles.join(' ')],
    globalknownhostsfile: [answer.globalKnownHostsFiles.join(' ')],
    hostkeyalias: answer.hostKeyAlias === null ? [] : [answer.hostKeyAlias],
    stricthostkeychecking: [
      { yes: 'true', no: 'false', ask: 'ask', 'accept-new': 'accept-new' }[answer.strictHostKeyChecking],
    ],
    serveraliveinterval: [String(answer.serverAliveInterval)],
    serveralivecountmax: [String(answer.serverAliveCountMax)],
    connecttimeout: [String(answer.connectTimeout ?? 'none')],
    bindaddress: answer.bindAddress === null ? [] : [answer.bindAddress],
    addressfamily: [answer.addressFamily],
    gatewayports: [yesNo(answer.gatewayPorts)],
    exitonforwardfailure: [yesNo(answer.exitOnForwardFailure)],
    clearallforwardings: [yesNo(settings.clearAllForwardings ?? false)],
    forwardagent: [printForwardedAgent(settings, answer.forwardedAgent)],
    identityfile: identityFiles.length === 0 ? defaultIdentityFiles() : identityFiles,
    certificatefile: certificateFiles,
    pubkeyauthentication: [String(settings.pubkeyAuthentication ?? true)],
    passwordauthentication: [yesNo(settings.passwordAuthentication ?? true)],
    kbdinteractiveauthentication: [yesNo(settings.kbdInteractiveAuthentication ?? true)],
    preferredauthentications: [settings.preferredAuthentications ?? []].flat(),
    localforward: forwards('local'),
    remoteforward: forwards('remote'),
    dynamicforward: answer.forwards.filter(isPrintedAsDynamic).map(({ listen }) => printListen(listen)),
  };
}

/** A variable is looked up only when the agent is needed. */
const printAgent = (written: string, used: string): string => (/^\$\w+$/.test(written) ? written : used);

const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');

/** Version-dependent, so ssh is asked. */
let usualFiles: readonly string[] | undefined;
function defaultIdentityFiles(): readonly string[] {
  usualFiles ??= askSsh('/dev/null', 'nobody')?.identityfile ?? [];
  return usualFiles;
}

/** ssh prints a path even where an earlier “no” keeps it from being used. */
function printForwardedAgent(
  { forwardAgent, forwardedAgentSocket }: HostSettings,
  used: string | null,
): string {
  if (forwardedAgentSocket === undefined) return yesNo(forwardAgent ?? false);
  return printAgent(forwardedAgentSocket, used ?? forwardedAgentSocket);
}

/** As readconf.c, dump_cfg_forwards, prints one. */
function printForward({ listen, target }: ForwardSpec): string {
  return `${printListen(listen)} ${target === 'socks' ? '[socks]:0' : printEnd(target)}`;
}

/** ssh prints a local forward to a socket once more, as though it were dynamic. */
function isPrintedAsDynamic({ kind, target }: ForwardSpec): boolean {
  return kind === 'dynamic' || (kind === 'local' && target !== 'socks' && target.kind === 'path');
}

function printListen(listen: SpecEnd): string {
  return listen.kind === 'tcp' && listen.host === null ? String(listen.port) : printEnd(listen);
}

function printEnd(end: SpecEnd): string {
  return end.kind === 'path' ? end.path : `[${end.host ?? ''}]:${end.port}`;
}
