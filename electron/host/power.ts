import { networkInterfaces } from 'node:os';
import { powerMonitor } from 'electron';
import { describeNetwork } from './network-addresses.ts';

/** How often to look whether the network changed, in milliseconds. Node and Electron give no event for it. */
const LOOK_INTERVAL_MS = 5_000;
/** Waking up brings several signs within a moment; one call is enough, once addresses have settled. */
const SETTLE_MS = 500;

/**
 * Calls back when it is worth trying again at once: the computer woke up, somebody came back to it, or its network
 * addresses changed. Returns what ends it.
 */
export function watchForWake(onWake: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const sign = () => {
    clearTimeout(settling);
    settling = setTimeout(onWake, SETTLE_MS);
  };
  powerMonitor.on('resume', sign);
  powerMonitor.on('unlock-screen', sign);

  let known = describeNetwork(networkInterfaces());
  const look = setInterval(() => {
    const now = describeNetwork(networkInterfaces());
    if (now === known) return;
    known = now;
    // An interface that went away is no reason to try; what comes next is.
    if (now !== '') sign();
  }, LOOK_INTERVAL_MS);
  look.unref();

  return () => {
    clearInterval(look);
    clearTimeout(settling);
    powerMonitor.off('resume', sign);
    powerMonitor.off('unlock-screen', sign);
  };
}
