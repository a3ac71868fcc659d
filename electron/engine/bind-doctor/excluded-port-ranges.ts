import { createToolRunner, type RunTool, type Tool } from '../listeners/run-tool.ts';

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const netsh: Tool = {
  file: `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\netsh.exe`,
  args: ['interface', 'ipv4', 'show', 'excludedportrange', 'protocol=tcp'],
  timeoutMs: 5_000,
};

/** Makes a function that reads which TCP ports Windows keeps to itself; gives none when it does not say. */
export function createExcludedRangesReader(
  run: RunTool = createToolRunner(),
): () => Promise<readonly PortRange[]> {
  return async () => {
    const answer = await run(netsh);
    return answer.ok ? parseExcludedRanges(answer.value) : [];
  };
}

/**
 * Reads `netsh interface ipv4 show excludedportrange protocol=tcp` in any language: two numbers on a line are a
 * range. One marked with `*` was set by an administrator and keeps the ports from being given out by chance, but
 * not from being bound, so it is left out.
 */
export function parseExcludedRanges(text: string): readonly PortRange[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, start, end] = /^\s*(\d{1,5})\s+(\d{1,5})\s*$/.exec(line) ?? [];
    const [first, last] = [Number(start), Number(end)];
    return first >= 1 && first <= last && last <= 65535 ? [{ first, last }] : [];
  });
}
