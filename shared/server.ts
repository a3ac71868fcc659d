import { z } from 'zod';
import { isHost } from './endpoint.ts';
import { hostComplaint } from './host-complaint.ts';
import { oneLine } from './one-line.ts';

const notHostMessage = 'That is not a host name or an address.';

/** A host beside a field for the user name, or without one, for the complaint about `name@host`. */
const hostBeside = ({ hasUserField }: { readonly hasUserField: boolean }) =>
  oneLine('A host', 253)
    .refine((text) => text !== '', 'Enter a host name or an address.')
    .refine((text) => text === '' || isHost(text), {
      error: ({ input }) => hostComplaint(String(input), notHostMessage, hasUserField),
    });

/** A host that can be connected to. */
export const hostSchema = hostBeside({ hasUserField: false });

const portMessage = 'Choose a port from 1 to 65535.';

/** A TCP port that can be connected to or bound: 1 to 65535. */
export const portSchema = z.number(portMessage).int(portMessage).min(1, portMessage).max(65535, portMessage);

/** The SSH server to log in to, and the account. */
export const serverSchema = z.object({
  host: hostBeside({ hasUserField: true }),
  port: portSchema,
  user: oneLine('A user name', 128).refine((text) => text !== '', 'Enter your user name on the server.'),
});

export type Server = z.output<typeof serverSchema>;
