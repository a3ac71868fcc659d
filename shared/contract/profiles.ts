import { z } from 'zod';
import { allowedSourcesSchema } from '../allowed-sources.ts';
import { exposureTermSchema } from '../exposure-lease.ts';
import { profileSchema } from '../profile.ts';
import { MAX_COMMAND_LENGTH } from '../proxy.ts';
import { secondHopSchema } from '../second-hop.ts';
import { portSchema } from '../server.ts';
import { command, nothing } from './command.ts';

const profileId = z.object({ id: z.uuid() });
const forwardId = z.object({ id: z.uuid(), forwardId: z.uuid() });

/** What can be done to saved profiles. */
export const profileCommands = {
  /** Saves a new or changed profile; a running tunnel takes the change on. */
  'profiles.save': command(z.object({ profile: profileSchema }), profileSchema),
  /** Stops the tunnel and deletes its profile. */
  'profiles.delete': command(profileId, nothing),
  /** Brings a profile back that was deleted in this run, at its old place. */
  'profiles.undoDelete': command(profileId, profileSchema),
  /** Copies a profile under a name of its own, after the original. */
  'profiles.duplicate': command(profileId, profileSchema),
  /** Switches one forward on or off, on a running tunnel too. */
  'profiles.setForwardEnabled': command(
    z.object({ id: z.uuid(), forwardId: z.uuid(), enabled: z.boolean() }),
    profileSchema,
  ),
  /** Agrees to a second hop for a remote forward, to the letter of a proposal. Dug at once where the tunnel is open. */
  'profiles.digSecondHop': command(
    z.object({ id: z.uuid(), forwardId: z.uuid(), secondHop: secondHopSchema }),
    profileSchema,
  ),
  /** Takes that agreement back. */
  'profiles.fillSecondHop': command(z.object({ id: z.uuid(), forwardId: z.uuid() }), profileSchema),
  /** Lets one forward listen on another port, on a running tunnel too; all else of it stays. */
  'profiles.moveForward': command(
    z.object({ id: z.uuid(), forwardId: z.uuid(), port: portSchema }),
    profileSchema,
  ),
  /**
   * A port near that of a local or SOCKS forward which is free now and which no other profile wants; null if there is
   * none. It is not kept free.
   */
  'profiles.suggestPort': command(
    z.object({ id: z.uuid(), forwardId: z.uuid() }),
    z.object({ port: portSchema.nullable() }),
  ),
  /** Agrees that these sources (none: anyone) can reach one forward at its present bind address, for a term from now. */
  'profiles.confirmExposure': command(
    forwardId.extend({ term: exposureTermSchema, allowFrom: allowedSourcesSchema }),
    profileSchema,
  ),
  /** Takes that back: the forward is closed to others at once. */
  'profiles.endExposure': command(forwardId, profileSchema),
  /** Allows the one program that the profile's way begins with, while it is still this one (ssh_config(5), ProxyCommand). */
  'profiles.allowCommand': command(
    z.object({ id: z.uuid(), command: z.string().max(MAX_COMMAND_LENGTH) }),
    profileSchema,
  ),
  /** Makes the profile `Practice`, or finds the one that is there. */
  'profiles.createPractice': command(nothing, profileSchema),
} as const;

export const profileEvents = {
  /** All profiles, in order, after any change. */
  'profiles.changed': z.object({ profiles: z.array(profileSchema) }),
} as const;
