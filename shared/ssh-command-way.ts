import { formatHost } from './endpoint.ts';
import type { JumpHost } from './jump-host.ts';
import type { ProxySetting } from './proxy.ts';
import { escapeForShell } from './quote-for-shell.ts';
import { isPlainUser } from './ssh-command-user.ts';

/** The way to a server, as far as the command says it. */
export interface CommandWay {
  readonly jumpHosts?: readonly JumpHost[] | undefined;
  readonly proxy?: ProxySetting | undefined;
}

/** What `ssh` options log in to a jump host, each option together with its value, unquoted. */
export type HopOptions = (hop: JumpHost) => readonly (readonly string[])[];

/** Each hop within a hop doubles what has to be escaped, and a longer command no system takes as one argument. */
const LONGEST_COMMAND = 32 * 1024;

/**
 * The options of ssh(1) for the way: `-J` where that says it all. It cannot say how to log in to a jump host, nor how to reach
 * the first, so else each hop is an `ssh -W` of its own, in the ProxyCommand of the one behind it. Null where that gets too long.
 */
export function wayParts(way: CommandWay, hopOptions: HopOptions): readonly (readonly string[])[] | null {
  const { jumpHosts = [], proxy } = way;
  const isPlain = proxy === undefined && jumpHosts.every((hop) => fitsJumpList(hop, hopOptions));
  if (isPlain) return jumpHosts.length === 0 ? [] : [['-J', jumpHosts.map(jumpWord).join(',')]];
  let command = proxy === undefined ? null : proxyCommand(proxy);
  for (const hop of jumpHosts) {
    command = hopCommand(hop, command, hopOptions);
    if (command.length > LONGEST_COMMAND) return null;
  }
  return command === null ? [] : [['-o', `ProxyCommand=${command}`]];
}

/** -J splits its list at commas, and puts users and hosts into a command for a shell with percent tokens (ssh.c, jump hosts). */
function fitsJumpList(hop: JumpHost, hopOptions: HopOptions): boolean {
  const { host, user } = hop.server;
  return isPlainUser(user) && !host.includes('%') && hopOptions(hop).length === 0;
}

function jumpWord({ server: { host, port, user } }: JumpHost): string {
  return `${user}@${formatHost(host)}${port === 22 ? '' : `:${port}`}`;
}

/** What stands in a ProxyCommand loses one percent sign of each pair when ssh puts its tokens in; -W wants IPv6 in brackets. */
function hopCommand(hop: JumpHost, before: string | null, hopOptions: HopOptions): string {
  const { host, port, user } = hop.server;
  const words = ['ssh', '-W', '\\[%h\\]:%p', ...(port === 22 ? [] : ['-p', String(port)])];
  const options = hopOptions(hop).flat();
  const way = before === null ? [] : ['-o', `ProxyCommand=${before}`];
  const rest = [...options, ...way, '-l', user, host].map((word) =>
    escapeForShell(word.replaceAll('%', '%%')),
  );
  return [...words, ...rest].join(' ');
}

/** With the netcat of OpenBSD, which most systems have (nc(1), -X and -x); it asks for a password itself. */
function proxyCommand(proxy: ProxySetting): string {
  if (proxy.kind === 'command') return proxy.command;
  const { kind, host, port, user } = proxy;
  const login = user === '' ? [] : ['-P', user];
  const protocol = kind === 'socks5' ? '5' : 'connect';
  const words = ['nc', '-X', protocol, '-x', `${formatHost(host)}:${port}`, ...login];
  return [...words.map((word) => escapeForShell(word.replaceAll('%', '%%'))), '%h', '%p'].join(' ');
}
