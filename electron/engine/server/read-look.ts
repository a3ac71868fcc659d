import type { FoundListener } from '#shared/listener.ts';
import {
  MAX_CONNECTIONS,
  MAX_LISTENERS,
  type SeenServer,
  type ServerConnection,
} from '#shared/server-look.ts';
import { parseBsdNetstatSockets } from '../listeners/bsd-netstat.ts';
import { type FoundSocket, listenersOf } from '../listeners/found-socket.ts';
import { completeListeners } from '../listeners/list-listeners.ts';
import { parseLsof } from '../listeners/lsof.ts';
import { mergeNamed } from '../listeners/macos.ts';
import { parsePasswd } from '../listeners/passwd.ts';
import { parseProcNetSockets } from '../listeners/proc-net-tcp.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { byteOrderOf } from './byte-order.ts';
import { parseInterfaceAddresses } from './interface-addresses.ts';
import { parseLinuxNetstat } from './linux-netstat.ts';
import { LOOK_SECTIONS, type LookSection } from './look-script.ts';
import { parseSs } from './ss.ts';

/** What the look's own output says, before our forwards are marked in it. */
export type LookReading = Omit<SeenServer, 'status' | 'at'>;

/**
 * Reads what the look script printed. Null when the script did not run at all, whatever else was said; `noTool` when
 * it ran and found nothing that we can read. Nothing in it is believed beyond its form: the server may say what it likes.
 */
export function readLook(text: string, sectionMark: string): LookReading | 'noTool' | null {
  const sections = splitSections(text, sectionMark);
  if (!sections.has('account')) return null;
  const [uidText = '', user = ''] = linesOf(sections.get('account'));
  const uid = /^\d{1,10}$/.test(uidText) ? Number(uidText) : null;
  const account = { user: makeServerLineSafe(user, 256), uid };
  const sockets = readSockets(sections);
  // Our own session at least is there: a tool whose words give nothing is one that we cannot read.
  if (sockets === null || sockets.sockets.length === 0) return 'noTool';
  const users = namesOf(sections, account);
  const found = withLsof(listenersOf(sockets.sockets), sections.get('lsof'));
  const connections = sockets.sockets.filter(({ peer }) => peer !== null);
  // Cut before it is sorted and judged: a server may claim to have any number of them.
  const listeners = completeListeners(
    found.slice(0, MAX_LISTENERS).map((each) => makeSafe(each, users)),
    parseInterfaceAddresses(sections.get('addresses') ?? ''),
  );
  return {
    account,
    system: makeServerLineSafe(linesOf(sections.get('system'))[0] ?? '', 64),
    tool: sockets.tool,
    serverPid: findServerPid(linesOf(sections.get('parents'))),
    listeners: [...listeners],
    connections: connections
      .slice(0, MAX_CONNECTIONS)
      .flatMap((each) => readConnection(makeSafe(each, users))),
    isWhole: sections.has('end') && found.length <= MAX_LISTENERS && connections.length <= MAX_CONNECTIONS,
  };
}

type Sections = ReadonlyMap<LookSection, string>;

/** What stands in front of the first mark, a greeting of the login shell for instance, belongs to no section. */
function splitSections(text: string, sectionMark: string): Sections {
  const sections = new Map<LookSection, string>();
  for (const piece of `\n${text.replaceAll('\r\n', '\n')}`.split(`\n${sectionMark}`).slice(1)) {
    const end = piece.indexOf('\n');
    const name = LOOK_SECTIONS.find((each) => each === (end === -1 ? piece : piece.slice(0, end)));
    if (name !== undefined && !sections.has(name)) sections.set(name, end === -1 ? '' : piece.slice(end + 1));
  }
  return sections;
}

function linesOf(section: string | undefined): readonly string[] {
  return (section ?? '').split('\n');
}

function readSockets(
  sections: Sections,
): { readonly tool: SeenServer['tool']; readonly sockets: readonly FoundSocket[] } | null {
  const listening = sections.get('ss-listening');
  if (listening !== undefined) {
    // One that did not get to its end may have cut its last line.
    const text = `${listening}\n${sections.get('ss-established') ?? ''}`;
    return { tool: 'ss', sockets: parseSs(text) };
  }
  const netstat = sections.get('netstat');
  if (netstat !== undefined) return { tool: 'netstat', sockets: parseLinuxNetstat(netstat) };
  const bsd = sections.get('bsd-netstat');
  if (bsd !== undefined) {
    const sockets = parseBsdNetstatSockets(bsd).map((each) => ({ ...each, process: null, owner: null }));
    return { tool: 'netstat', sockets };
  }
  const proc = sections.get('proc');
  if (proc === undefined || proc.trim() === '') return null;
  const sockets = parseProcNetSockets(proc, byteOrderOf(proc, linesOf(sections.get('session'))[0] ?? ''));
  return {
    tool: 'procNetTcp',
    sockets: sockets.map(({ uid, inode: _inode, ...rest }) => ({
      ...rest,
      process: null,
      owner: { uid, user: null },
    })),
  };
}

function namesOf(sections: Sections, account: LookReading['account']): ReadonlyMap<number, string> {
  const names = new Map(parsePasswd(sections.get('users') ?? ''));
  // Accounts of a directory service do not stand in the file; ours at least is known.
  if (account.uid !== null && account.user !== '') names.set(account.uid, account.user);
  return names;
}

function makeSafe<Held extends Pick<FoundSocket, 'process' | 'owner'>>(
  socket: Held,
  users: ReadonlyMap<number, string>,
): Held {
  const { process, owner } = socket;
  const user = owner === null ? undefined : (owner.user ?? users.get(owner.uid));
  return {
    ...socket,
    process: process && { ...process, name: makeServerLineSafe(process.name, 256) || '?' },
    owner: owner && { ...owner, user: user === undefined ? null : makeServerLineSafe(user, 256) },
  };
}

/** macOS's netstat names nobody; lsof names our own. */
function withLsof(listeners: readonly FoundListener[], lsof: string | undefined): readonly FoundListener[] {
  if (lsof === undefined) return listeners;
  return mergeNamed(listeners, parseLsof(lsof));
}

function readConnection({ peer, ...socket }: FoundSocket): readonly ServerConnection[] {
  return peer === null ? [] : [{ ...socket, peer: { ...peer } }];
}

/**
 * Our session's process among the script's ancestors, nearest first: sshd, its sshd-session (OpenSSH 9.8 and up), or
 * dropbear. Where no name can be read, it is the parent: the script took the login shell's place.
 */
function findServerPid(lines: readonly string[]): number | null {
  const parents = lines.flatMap((line) => {
    const [, digits, name = ''] = /^(\d{1,10})(?: (.*))?$/.exec(line) ?? [];
    return digits === undefined || Number(digits) < 2 ? [] : [{ pid: Number(digits), name: name.trim() }];
  });
  const named = parents.find(({ name }) => isSshServer(name));
  if (named !== undefined) return named.pid;
  return parents[0]?.name === '' ? parents[0].pid : null;
}

/** Claims that a program of this name is an SSH server. */
export function isSshServer(name: string): boolean {
  return /^(?:\S*\/)?(?:sshd|dropbear)/.test(name);
}
