import { z } from 'zod';

const label = { label: z.string().max(5_000) };
/** Milliseconds since the epoch. */
const at = { at: z.number() };

/** What stands in a certificate for which a server may not let its user in; `label` is what people call it. */
export const certificateFlawSchema = z.discriminatedUnion('why', [
  z.object({ why: z.literal('expired'), ...label, ...at }),
  z.object({ why: z.literal('notYetValid'), ...label, ...at }),
  /** It names servers, not users: nobody logs in with it. */
  z.object({ why: z.literal('hostCertificate'), ...label }),
  /** It is for these names, the first of them, and not for the user’s. */
  z.object({ why: z.literal('otherNames'), ...label, names: z.array(z.string().max(40)).max(3) }),
]);

export type CertificateFlaw = z.output<typeof certificateFlawSchema>;

/** One sentence or two: what is wrong, and what helps. */
export function certificateFlawWords(flaw: CertificateFlaw, user: string): string {
  switch (flaw.why) {
    case 'expired':
      return `The certificate ${flaw.label} ran out on ${moment(flaw.at)}. Have a new one signed.`;
    case 'notYetValid':
      return `The certificate ${flaw.label} is valid only from ${moment(flaw.at)} on.`;
    case 'hostCertificate':
      return `The certificate ${flaw.label} is one for servers, and was not offered. Have one signed for ${user}.`;
    case 'otherNames':
      return `The certificate ${flaw.label} is for ${flaw.names.join(', ')}, not for ${user}. Check the user name, or have one signed for it.`;
  }
}

/** As the server sees it, whose clock may be elsewhere. */
function moment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
