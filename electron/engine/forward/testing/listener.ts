import { TrafficCounter } from '../../traffic-counter.ts';
import { LocalListener } from '../local.ts';

/** A listener of a local forward on a port of 127.0.0.1 that the system chose, not yet attached to a session. */
export async function openListener(targetPort: number) {
  const counter = new TrafficCounter();
  const listener = await LocalListener.open({
    forward: {
      kind: 'local',
      bind: { address: '127.0.0.1', port: 0 },
      target: { host: '127.0.0.1', port: targetPort },
    },
    counter,
    onTargetOutcome: () => {},
  });
  if (!listener.ok) throw new Error(listener.error.code);
  return { listener: listener.value, port: listener.value.bound[0]?.port ?? 0, counter };
}
