import { judgeClaims } from './claims.ts';
import type { CulvertMemory, Memory } from './memory.ts';
import { type Amounts, PARALLEL, type Speed } from './rounds.ts';

/** Memory with so many idle tunnels. */
export interface MemoryAt {
  readonly tunnels: number;
  readonly culvert: CulvertMemory;
  readonly openSsh: Memory;
}

/** All that one run found out. */
export interface Results {
  readonly conditions: readonly string[];
  readonly amounts: Amounts;
  /** In the order of the table. */
  readonly speeds: ReadonlyMap<string, Speed>;
  /** Who of them is Culvert, and who it is compared with. */
  readonly culvert: string;
  readonly openSsh: string;
  /** Milliseconds from the start of the process to a window that can be used, median. */
  readonly startMs: number;
  readonly starts: number;
  readonly memory: readonly MemoryAt[];
}

/** The whole of docs/benchmarks.md. Its figures and ratios are also what the terminal shows. */
export function writeReport(results: Results): string {
  const { amounts, speeds } = results;
  const culvert = speedOf(results, results.culvert);
  const openSsh = speedOf(results, results.openSsh);
  return `# Benchmarks

Written by \`npm run bench\`, which measures Culvert's engine inside the real Electron side by side with OpenSSH's own
\`ssh -L\`: in one run, through one sshd, on loopback. Only ratios of one run say something; the figures themselves
depend on the machine and on what else it does.

## Claims

${table(
  ['Claim', 'Measured', ''],
  judgeClaims(culvert, openSsh).map(({ text, measured, isReached }) => [
    text,
    measured,
    isReached ? 'reached' : '**missed**',
  ]),
)}

## Speed

${table(
  [
    '',
    'Pull MB/s',
    'Push MB/s',
    'Round trip p50 µs',
    'p99 µs',
    'Connections/s',
    'in haste',
    `by ${PARALLEL}`,
    'greeted',
  ],
  [
    ...[...speeds].map(([name, speed]) => [name, ...speedFigures(speed).map((figure) => figure.toFixed(0))]),
    [`**${results.culvert} : ${results.openSsh}**`, ...ratios(culvert, openSsh)],
  ],
)}

Medians; the contestants take turns, so that a disturbance hits all of them alike, after a shorter round to warm up.
Pull and push: ${amounts.bulkBytes / 1e6} MB on one connection, ${amounts.rounds} times. All else in ${amounts.turns} turns. Round trip: ${amounts.roundTrips} times one byte there and back
on one connection. Connections: connect, one byte there and back, close; ${amounts.connections} one after the other, each to its end in
both directions; in haste: the same without waiting for that end; then ${amounts.connections * 2} to their ends by ${PARALLEL} at a time. Greeted:
${amounts.greetings} connections, one after the other to their ends, to a target that speaks first, as mail and SSH servers do; the
program waits for its word. The program that uses the tunnel and its target run in processes of their own and share the
cores with everybody else.

## The main process meanwhile

How late the event loop of Culvert's main process ran its timers during pull and push, at worst over all rounds. Where
others carried the bytes, Culvert was idle, and what is left is the machine's own lateness.

${table(
  ['Bytes carried by', 'p99 ms', 'max ms'],
  [...speeds].map(([name, { mainLag }]) => [name, mainLag.p99Ms.toFixed(1), mainLag.maxMs.toFixed(1)]),
)}

## Start

From the start of the process to a window whose button "New tunnel" can be pressed: ${(results.startMs / 1000).toFixed(2)} s (median of ${results.starts}, files
already in the system's cache, Playwright attached).

## Memory with idle tunnels

Each tunnel has a session of its own. MB, proportional (a page that processes share is divided among them) and, in
brackets, resident.

${memoryTable(results.memory)}

## Conditions

${results.conditions.map((condition) => `- ${condition}`).join('\n')}
`;
}

function speedOf({ speeds }: Results, name: string): Speed {
  const speed = speeds.get(name);
  if (!speed) throw new Error(`${name} was not measured.`);
  return speed;
}

function speedFigures(speed: Speed): readonly number[] {
  return [
    speed.pullMBps,
    speed.pushMBps,
    speed.roundTripP50Us,
    speed.roundTripP99Us,
    speed.connectionsPerSecond,
    speed.hastyConnectionsPerSecond,
    speed.parallelConnectionsPerSecond,
    speed.greetingsPerSecond,
  ];
}

function ratios(culvert: Speed, openSsh: Speed): readonly string[] {
  const others = speedFigures(openSsh);
  return speedFigures(culvert).map(
    (figure, index) => `**${(figure / (others[index] ?? Number.NaN)).toFixed(2)}**`,
  );
}

function memoryTable(memory: readonly MemoryAt[]): string {
  const show = ({ proportional, resident }: Memory) => `${megabytes(proportional)} (${megabytes(resident)})`;
  const row = (title: string, pick: (at: MemoryAt) => Memory) => [
    title,
    ...memory.map((at) => show(pick(at))),
  ];
  return table(
    ['', ...memory.map(({ tunnels }) => `${tunnels} tunnels`)],
    [
      row('Culvert, main process', ({ culvert }) => culvert.main),
      row('Culvert, engine', ({ culvert }) => culvert.engine),
      row('Culvert, window', ({ culvert }) => culvert.window),
      row("Culvert, Chromium's helpers", ({ culvert }) => culvert.others),
      row('**Culvert, all**', ({ culvert }) => culvert.all),
      row('**OpenSSH, one `ssh` a tunnel**', ({ openSsh }) => openSsh),
    ],
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
