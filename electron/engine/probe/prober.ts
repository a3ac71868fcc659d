import type { CommandError } from '#shared/contract/command.ts';
import type { ProbeOutcome, ProbeRequest } from '#shared/probe.ts';
import type { Forward } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { OutcomeFeed } from './outcome-feed.ts';
import { type ProbedForward, probedTarget, probeForward } from './probe-forward.ts';

/** Sends probes through one forward, one at a time. */
export class Prober {
  /** To be told what the forward's connections learn about their targets. */
  readonly outcomes = new OutcomeFeed();
  #aborter: AbortController | null = null;
  #running: Promise<unknown> = Promise.resolve();

  /** `probed` is null while nothing can go through the forward. */
  async probe(
    forward: Forward,
    probed: Omit<ProbedForward, 'outcomes'> | null,
    request: ProbeRequest,
  ): Promise<Result<ProbeOutcome, CommandError>> {
    const target = probedTarget(forward, request);
    if (target === null) {
      return fail({
        code: 'invalid',
        message: 'Say which host and port a SOCKS forward is to be tested with.',
      });
    }
    if (this.#aborter !== null) {
      return fail({ code: 'notNow', message: 'This forward is being tested already.' });
    }
    if (probed === null || probed.source.isLost()) return succeed(notOpen());
    const aborter = new AbortController();
    this.#aborter = aborter;
    const { outcomes } = this;
    const probe = probeForward({ ...probed, outcomes }, target, request, aborter.signal);
    this.#running = probe.finally(() => {
      this.#aborter = null;
    });
    return succeed(await probe);
  }

  /** Ends the probe that is under way; resolves when its connection is closed. */
  async abort(): Promise<void> {
    this.#aborter?.abort();
    await this.#running;
  }
}

function notOpen(): ProbeOutcome {
  return {
    at: Date.now(),
    tested: 'forward',
    sent: null,
    connectMs: null,
    firstByteMs: null,
    answer: { kind: 'notOpen' },
  };
}
