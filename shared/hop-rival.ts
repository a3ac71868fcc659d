import { type Forward, forwardLabel, type Profile } from './profile.ts';
import { isSameServer } from './same-server.ts';
import { hopAgreedFor } from './second-hop.ts';

/** The second hop of a forward. */
export interface OwnHop {
  readonly profile: Profile;
  readonly forwardId: string;
}

/** One of our own that wants the port of a second hop. */
export interface HopRival {
  /** Another second hop, or the entrance of a remote forward: a hop takes all addresses of its port. */
  readonly kind: 'hop' | 'entrance';
  readonly profile: Profile;
  readonly forward: Forward;
}

/** Who of ours on the same server wants the port that a second hop is to have; those of its own profile come first. */
export function findHopRival(
  port: number,
  { profile: own, forwardId }: OwnHop,
  profiles: readonly Profile[],
): HopRival | undefined {
  const neighbours = profiles.filter((each) => isSameServer(each, own));
  const rivals = neighbours.flatMap((profile) =>
    profile.forwards.flatMap((forward): HopRival[] => {
      if (!forward.enabled || forward.kind !== 'remote') return [];
      if (forward.bind.port === port) return [{ kind: 'entrance', profile, forward }];
      const isOther = forward.id !== forwardId && hopPort(profile, forward) === port;
      return isOther ? [{ kind: 'hop', profile, forward }] : [];
    }),
  );
  return rivals.find(({ profile }) => profile.id === own.id) ?? rivals[0];
}

/** Where the second hop of a forward is dug; undefined where none is, as without a yes to what the forward is now. */
export function hopPort({ server }: Pick<Profile, 'server'>, forward: Forward): number | undefined {
  if (forward.kind !== 'remote' || !forward.enabled) return undefined;
  const { secondHop } = forward;
  return secondHop?.agreedFor === hopAgreedFor(server, forward) ? secondHop.port : undefined;
}

/** Says who it is, to somebody who looks at the profile of this id. */
export function hopRivalWords({ kind, profile, forward }: HopRival, ownProfileId: string): string {
  const where = profile.id === ownProfileId ? '' : ` of the tunnel “${profile.name}”`;
  const forwardWords = `“${forwardLabel(forward)}”${where}`;
  return kind === 'hop'
    ? `The second hop of ${forwardWords} has this port.`
    : `The forward ${forwardWords} listens on this port.`;
}
