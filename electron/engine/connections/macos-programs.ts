import { createToolRunner, type RunTool, type Tool } from '../listeners/run-tool.ts';
import type { FindPrograms } from './find-programs.ts';
import { matchPrograms } from './held-programs.ts';
import { parseLsofConnections } from './lsof-connections.ts';

const lsof: Tool = {
  file: '/usr/sbin/lsof',
  // +c 0: names in full length rather than nine characters.
  args: ['-nP', '+c', '0', '-iTCP', '-sTCP:^LISTEN', '-Fpcn'],
  timeoutMs: 5_000,
  mayFailWhenEmpty: true,
};

/** Finds programs with lsof, which shows an ordinary user only his own. */
export function createMacosPrograms(run: RunTool = createToolRunner()): FindPrograms {
  return async (ends) => {
    const listed = await run(lsof);
    if (!listed.ok) return ends.map(() => ({ kind: 'unknown' }));
    return matchPrograms(ends, parseLsofConnections(listed.value));
  };
}
