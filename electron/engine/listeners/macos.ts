import type { FoundListener, ListenersResult } from '#shared/listener.ts';
import { succeed } from '#shared/result.ts';
import { type BsdNetstatListener, parseBsdNetstat } from './bsd-netstat.ts';
import { lsofFields, parseLsof } from './lsof.ts';
import { createToolRunner, type RunTool, type Tool } from './run-tool.ts';

const netstat: Tool = { file: '/usr/sbin/netstat', args: ['-anlW', '-p', 'tcp'], timeoutMs: 5_000 };

const lsof: Tool = {
  file: '/usr/sbin/lsof',
  // +c 0: names in full length rather than nine characters.
  args: ['-nP', '+c', '0', '-iTCP', '-sTCP:LISTEN', `-F${lsofFields}`],
  timeoutMs: 5_000,
  mayFailWhenEmpty: true,
};

/**
 * Makes a function that reads macOS's TCP listeners. netstat knows which there are; lsof knows whose, but
 * for an ordinary user only his own. So lsof's failure costs the names, netstat's costs the answer.
 */
export function createMacosReader(
  run: RunTool = createToolRunner(),
): () => Promise<ListenersResult<FoundListener>> {
  return async () => {
    const [everything, named] = await Promise.all([run(netstat), run(lsof)]);
    if (!everything.ok) return everything;
    return succeed(mergeNamed(parseBsdNetstat(everything.value), named.ok ? parseLsof(named.value) : []));
  };
}

/** lsof's listeners, then those of netstat's that lsof did not see, with an unknown process. */
export function mergeNamed(
  everything: readonly BsdNetstatListener[],
  named: readonly FoundListener[],
): readonly FoundListener[] {
  const seen = new Set(named.map(keyOf));
  const unnamed = everything.filter((listener) => !seen.has(keyOf(listener)));
  return [...named, ...unnamed.map((listener) => ({ ...listener, process: null, owner: null }))];
}

/** netstat writes zones as names and lsof as numbers, so link-local addresses are matched without. */
function keyOf({ protocol, address, port }: BsdNetstatListener): string {
  return `${protocol} ${address.replace(/%.*$/, '')} ${port}`;
}
