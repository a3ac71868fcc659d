import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type ProgramName, type ProgramResult, requireProgram, runProgram } from '../support/programs.ts';
import type { MachineName } from './world-map.ts';

/** A computer of the world: a network namespace with files, accounts and processes like everybody's. */
export interface Machine {
  readonly name: MachineName;
  readonly address: string;
  /** Starts a command line that is to run here: ip-netns(8), which also puts the machine's own /etc/hosts in place. */
  readonly within: readonly string[];
  /** Runs a program here to its end. Throws, with all it wrote, unless it ends with status 0. */
  run(
    name: ProgramName,
    args: readonly string[],
    options?: { readonly input?: string },
  ): Promise<ProgramResult>;
  /** Starts a program here that dies with us, even when we are killed (prctl(2), PR_SET_PDEATHSIG). */
  start(name: ProgramName, args: readonly string[]): ChildProcessWithoutNullStreams;
}

/** The machine that lives in an existing namespace. */
export function machineIn(namespace: string, name: MachineName, address: string): Machine {
  const entrance = ['netns', 'exec', namespace];
  return {
    name,
    address,
    within: [requireProgram('ip'), ...entrance],
    run: (program, args, options) =>
      runProgram('ip', [...entrance, requireProgram(program), ...args], options),
    start: (program, args) =>
      spawn(requireProgram('ip'), [
        ...[...entrance, requireProgram('setpriv'), '--pdeathsig', 'KILL', '--'],
        ...[requireProgram(program), ...args],
      ]),
  };
}
