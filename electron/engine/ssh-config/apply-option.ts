import { MAX_HOST_KEY_FILES } from '#shared/host-key-settings.ts';
import { parseForwardSpec } from './forward-spec.ts';
import type { HostSettings } from './host-settings.ts';
import { parseJumpHosts } from './jump-hosts.ts';
import {
  readAddressFamily,
  readCount,
  readFlag,
  readListenedPort,
  readPubkeyFlag,
  readSeconds,
  readStrictHostKeyChecking,
  type ValueReader,
} from './option-values.ts';

/** A line that sets an option: its keyword in lower case, its arguments, and the untouched text behind the keyword. */
export interface OptionLine {
  readonly keyword: string;
  readonly args: readonly string[];
  readonly rest: string;
}

/**
 * Takes an option into the settings, where it stands first (ssh_config(5): the first obtained value is used; key
 * files and forwards add up). A line that does not apply is read all the same: ssh refuses a wrong value anywhere.
 *
 * @returns a sentence for what ssh refuses, else null.
 */
export function applyOption(settings: HostSettings, line: OptionLine, applies: boolean): string | null {
  const apply = appliers[line.keyword];
  return apply ? apply(applies ? settings : noSettings(), line) : null;
}

/** What nothing was said about yet. */
export function noSettings(): HostSettings {
  return { identityFiles: [], certificateFiles: [], forwards: [] };
}

/** ssh takes no more key files than this (readconf.h, SSH_MAX_IDENTITY_FILES). */
const MOST_KEY_FILES = 100;

type Applier = (settings: HostSettings, line: OptionLine) => string | null;

/** The settings that one argument makes. */
type SingleKey = {
  [Key in keyof HostSettings]-?: NonNullable<HostSettings[Key]> extends string | number | boolean
    ? Key
    : never;
}[keyof HostSettings];

const text: ValueReader<string> = (argument) => (argument === '' ? null : argument);

function single<Key extends SingleKey>(key: Key, read: ValueReader<NonNullable<HostSettings[Key]>>): Applier {
  return (settings, { keyword, args }) => {
    const [argument] = args;
    const complaint = complainOfCount(keyword, args, 1);
    if (argument === undefined || complaint !== null) return complaint;
    const value = read(argument);
    if (value === null) return `“${argument}” is no value for ${keyword}.`;
    settings[key] ??= value;
    return null;
  };
}

const seconds =
  (key: 'connectTimeout' | 'serverAliveInterval'): Applier =>
  (settings, line) => {
    // `none` leaves the option as if it were not there, for a later line to set (readconf.c, parse_time).
    if (line.args.length === 1 && readSeconds(line.args[0] ?? '') === 'none') return null;
    return single(key, (argument) => {
      const value = readSeconds(argument);
      return value === 'none' ? null : value;
    })(settings, line);
  };

const files =
  (key: 'userKnownHostsFile' | 'globalKnownHostsFile'): Applier =>
  (settings, { keyword, args }) => {
    if (args.includes('')) return `${keyword} has an empty argument.`;
    const hasNone = args.some((argument) => argument.toLowerCase() === 'none');
    if (hasNone && args.length > 1) return `${keyword} has “none” beside other files.`;
    if (args.length > MAX_HOST_KEY_FILES) return `${keyword} has more than ${MAX_HOST_KEY_FILES} files.`;
    if (args.length > 0) settings[key] ??= args;
    return null;
  };

const forward =
  (kind: 'local' | 'remote' | 'dynamic'): Applier =>
  (settings, { keyword, args }) => {
    if (kind === 'local' && (args[1] ?? '') === '') return `${keyword} names no target.`;
    const complaint = complainOfCount(keyword, args, kind === 'dynamic' ? 1 : 2);
    if (complaint !== null) return complaint;
    const spec = parseForwardSpec(kind, args[1] === '' ? args.slice(0, 1) : args);
    if (spec === null) return `“${args.join(' ')}” is no forward.`;
    const isThere = settings.forwards.some((other) => JSON.stringify(other) === JSON.stringify(spec));
    if (!isThere) settings.forwards.push(spec);
    return null;
  };

const keyFiles =
  (key: 'identityFiles' | 'certificateFiles'): Applier =>
  (settings, { keyword, args }) => {
    const [path = ''] = args;
    const complaint = complainOfCount(keyword, args, 1) ?? (path === '' ? `${keyword} names no file.` : null);
    if (complaint !== null) return complaint;
    if (settings[key].length >= MOST_KEY_FILES) return `There are more than ${MOST_KEY_FILES} key files.`;
    if (!settings[key].includes(path)) settings[key].push(path);
    return null;
  };

const kbdInteractive = single('kbdInteractiveAuthentication', readFlag);
const pubkey = single('pubkeyAuthentication', readPubkeyFlag);

const appliers: Readonly<Record<string, Applier>> = {
  hostname: single('hostName', text),
  port: single('port', readListenedPort),
  user: single('user', text),
  identitiesonly: single('identitiesOnly', readFlag),
  pubkeyauthentication: pubkey,
  passwordauthentication: single('passwordAuthentication', readFlag),
  kbdinteractiveauthentication: kbdInteractive,
  // Older names that ssh still takes (readconf.c, keywords).
  dsaauthentication: pubkey,
  challengeresponseauthentication: kbdInteractive,
  skeyauthentication: kbdInteractive,
  tisauthentication: kbdInteractive,
  preferredauthentications: single('preferredAuthentications', text),
  identityagent: single('identityAgent', readAgentPath),
  hostkeyalias: single('hostKeyAlias', text),
  stricthostkeychecking: single('strictHostKeyChecking', readStrictHostKeyChecking),
  serveraliveinterval: seconds('serverAliveInterval'),
  serveralivecountmax: single('serverAliveCountMax', readCount),
  connecttimeout: seconds('connectTimeout'),
  bindaddress: single('bindAddress', text),
  addressfamily: single('addressFamily', readAddressFamily),
  gatewayports: single('gatewayPorts', readFlag),
  exitonforwardfailure: single('exitOnForwardFailure', readFlag),
  clearallforwardings: single('clearAllForwardings', readFlag),
  // A path says yes as well, and stands beside a “yes” or “no” that came before it (readconf.c, oForwardAgent).
  forwardagent: (settings, line) => {
    const flag = line.args.length === 1 ? readFlag(line.args[0] ?? '') : null;
    if (flag === null) {
      const complaint = single('forwardedAgentSocket', readAgentPath)(settings, line);
      if (complaint !== null) return complaint;
    }
    settings.forwardAgent ??= flag ?? true;
    return null;
  },
  userknownhostsfile: files('userKnownHostsFile'),
  globalknownhostsfile: files('globalKnownHostsFile'),
  localforward: forward('local'),
  remoteforward: forward('remote'),
  dynamicforward: forward('dynamic'),
  identityfile: keyFiles('identityFiles'),
  certificatefile: keyFiles('certificateFiles'),
  // A jump and a command are two ways to the same end: the first of them that is named wins over both.
  proxycommand: (settings, { rest }) => {
    if (settings.proxyJump === undefined || settings.proxyJump === 'none')
      settings.proxyCommand ??= rest.replace(/^[ \t\r\n=]+/, '');
    return null;
  },
  proxyjump: (settings, { keyword, rest }) => {
    const hops = parseJumpHosts(rest.replace(/^[ \t\r\n=]+/, ''));
    if (hops === null) return `“${rest}” is no value for ${keyword}.`;
    if (settings.proxyCommand === undefined) settings.proxyJump ??= hops;
    return null;
  },
};

function complainOfCount(keyword: string, args: readonly string[], most: number): string | null {
  if (args.length === 0) return `${keyword} has no argument.`;
  return args.length > most ? `${keyword} has more arguments than it takes.` : null;
}

/** A path, `none`, `SSH_AUTH_SOCK`, or `$NAME` of an environment variable. */
function readAgentPath(argument: string): string | null {
  if (argument === '') return null;
  if (argument.startsWith('$') && !argument.startsWith('${')) {
    return /^\$[A-Za-z0-9_]+$/.test(argument) ? argument : null;
  }
  return argument;
}
