import type { ConfigForward, ConfigHost } from '../config-host.ts';
import { type Profile, profileSchema } from '../profile.ts';
import { fail, type Result, succeed } from '../result.ts';

/** A profile needs a forward: a Host that names none gets this one, switched off. */
const STAND_IN = { kind: 'dynamic', bind: { address: 'localhost', port: 1080 } } as const;

/** How a Host becomes a profile. */
export interface HostImport {
  readonly name: string;
  /** The profile follows the Host from then on, with none of its commands allowed. */
  readonly follows: boolean;
  newId(): string;
}

/**
 * The profile that a Host of ssh_config(5) becomes. It starts nothing, and holds no yes: a forward that others could reach, and a
 * program on the way, wait for one. Fails with a sentence where no profile can be like that.
 */
export function profileOfHost(
  { host, way, forwards }: ConfigHost,
  { name, follows, newId }: HostImport,
): Result<Profile, string> {
  const wanted: readonly ConfigForward[] = forwards;
  const parsed = profileSchema.safeParse({
    ...way,
    id: newId(),
    name,
    forwards:
      wanted.length === 0
        ? [{ ...STAND_IN, id: newId(), enabled: false }]
        : wanted.map((forward) => ({ ...forward, id: newId() })),
    ...(follows && { followedHost: { host, allowedCommands: [] } }),
  });
  if (parsed.success) return succeed(parsed.data);
  return fail(parsed.error.issues[0]?.message ?? 'It breaks a rule of tunnels.');
}
