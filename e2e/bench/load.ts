import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createClosers } from '../support/closers.ts';

/** What one measurement does. */
export interface Job {
  readonly kind: 'pull' | 'push' | 'roundTrips' | 'connections' | 'hastyConnections' | 'greetings';
  /** The entrance of the tunnel, on 127.0.0.1. */
  readonly port: number;
  /** Bytes, round trips or connections. */
  readonly count: number;
  /** How many connections at a time. Default 1. */
  readonly parallel?: number;
}

/** The two ends that use a tunnel, each in a process of its own, so that neither waits for the benchmark. */
export interface Load {
  /** Where the tunnels must lead, on 127.0.0.1. */
  readonly targetPort: number;
  /** Where those for `greetings` must lead: who listens there speaks first. */
  readonly greeterPort: number;
  /** Milliseconds: of each round trip, else of the whole job. Throws when a connection fails. One job at a time. */
  measure(job: Job): Promise<readonly number[]>;
  close(): Promise<void>;
}

type Answer = { readonly values: readonly number[] } | { readonly error: string };

/** Starts both processes. */
export async function startLoad(): Promise<Load> {
  const closers = createClosers();
  const start = (name: string) => {
    const child = fork(path.join(import.meta.dirname, '../../scripts/bench', name), { execArgv: [] });
    closers.add(() => end(child));
    return child;
  };
  const target = start('load-target.mjs');
  const [{ port, greeterPort }] = (await once(target, 'message')) as [
    { readonly port: number; readonly greeterPort: number },
  ];
  const client = start('load-client.mjs');
  return {
    targetPort: port,
    greeterPort,
    async measure(job) {
      const answered = once(client, 'message') as Promise<[Answer]>;
      client.send(job);
      const [answer] = await answered;
      if ('error' in answer) throw new Error(`${job.kind} failed: ${answer.error}`);
      return answer.values;
    },
    close: closers.close,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
