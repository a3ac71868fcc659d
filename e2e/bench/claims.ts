import type { Speed } from './rounds.ts';

/** What we want to be true of the figures. A benchmark reports; it does not fail for being slow. */
export interface Claim {
  readonly text: string;
  readonly measured: string;
  readonly isReached: boolean;
}

/** The claims, judged by the medians of one run. */
export function judgeClaims(culvert: Speed, openSsh: Speed): readonly Claim[] {
  const atLeast = (text: string, ratio: number, bound: number) => ({
    text,
    measured: `${ratio.toFixed(2)}x`,
    isReached: ratio >= bound,
  });
  const roundTrip = culvert.roundTripP50Us / openSsh.roundTripP50Us;
  return [
    atLeast(
      'New connections a second, the target speaks first: at least 2x OpenSSH',
      culvert.greetingsPerSecond / openSsh.greetingsPerSecond,
      2,
    ),
    atLeast(
      'New connections a second, the program speaks first: at least 2x OpenSSH',
      culvert.connectionsPerSecond / openSsh.connectionsPerSecond,
      2,
    ),
    {
      text: 'Round trip p50: no longer than OpenSSH',
      measured: `${roundTrip.toFixed(2)}x`,
      isReached: roundTrip <= 1,
    },
    atLeast('Pull: at least 0.45x OpenSSH', culvert.pullMBps / openSsh.pullMBps, 0.45),
    atLeast('Push: at least 0.3x OpenSSH', culvert.pushMBps / openSsh.pushMBps, 0.3),
    {
      text: 'Main process under full load: never more than 20 ms late',
      measured: `${culvert.mainLag.maxMs.toFixed(1)} ms`,
      isReached: culvert.mainLag.maxMs <= 20,
    },
  ];
}
