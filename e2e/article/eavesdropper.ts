import type { Machine } from './machine.ts';
import { packetsCounted } from './rule-counters.ts';
import { addressOf } from './world-map.ts';

/** What somebody who hears every packet on a network has heard of its guests so far. */
export interface Heard {
  /** Packets of SSH between the laptop and core. */
  readonly ssh: number;
  /** All other packets. */
  readonly other: number;
  /** Packets in which the secret stood for all to read. */
  readonly secret: number;
}

/** The "evil hackers hiding in the bushes". */
export interface Eavesdropper {
  heard(): Promise<Heard>;
}

/** Listens at a router to what passes, for a word that nobody should hear. The rules only count. */
export async function hideInTheBushes(router: Machine, secret: string): Promise<Eavesdropper> {
  const [laptop, core] = [addressOf('bish'), addressOf('core')];
  const rules = `
*mangle
-A FORWARD -m string --algo bm --string ${secret} -m comment --comment secret
-A FORWARD -p tcp -s ${laptop} -d ${core} --dport 22 -m comment --comment ssh -j RETURN
-A FORWARD -p tcp -s ${core} -d ${laptop} --sport 22 -m comment --comment ssh -j RETURN
-A FORWARD -m comment --comment other
COMMIT
`;
  await router.run('iptables-restore', ['-w', '--noflush'], { input: rules });
  return {
    heard: async () => ({
      ssh: await packetsCounted(router, 'ssh'),
      other: await packetsCounted(router, 'other'),
      secret: await packetsCounted(router, 'secret'),
    }),
  };
}
