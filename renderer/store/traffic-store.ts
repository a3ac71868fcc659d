import { create } from 'zustand';
import type { TrafficSample } from '#shared/traffic.ts';
import { afterSample, type Flows, type TunnelFlow } from './traffic-history.ts';

/** Live traffic, apart from all else: a tick redraws the numbers in view and nothing more. */
export const useTrafficStore = create<{ readonly flows: Flows }>()(() => ({ flows: {} }));

/** Takes in the sample of one tick. */
export function takeSample(sample: TrafficSample): void {
  useTrafficStore.setState(({ flows }) => ({ flows: afterSample(flows, sample) }));
}

/** What one tunnel carries; undefined before its first sample and after it has stopped. */
export function useFlow(id: string): TunnelFlow | undefined {
  return useTrafficStore((state) => state.flows[id]);
}
