import { z } from 'zod';
import { profileSchema } from '../profile.ts';
import { MAX_CARRIED_PROFILES } from './export-format.ts';

const number = z.number().int().min(1).max(MAX_CARRIED_PROFILES);

/** The tunnel that one of a file would be the second of. */
export const twinSchema = z.object({
  id: z.uuid(),
  name: z.string().max(80),
  /** It runs, or waits to: then it cannot be replaced. */
  isOn: z.boolean(),
});

/** One tunnel of a file that is looked at before it is imported. */
export const offeredSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('good'),
    number,
    /** As it would be added. */
    profile: profileSchema,
    leftOut: z.array(z.string().max(400)).max(8),
    /** The command that it connects through was left out of the file. */
    lacksCommand: z.boolean(),
    twin: twinSchema.nullable(),
  }),
  z.object({
    kind: z.literal('bad'),
    number,
    name: z.string().max(80).nullable(),
    problem: z.string().max(1000),
  }),
]);

/** What a file holds, shown before anything is imported. Main keeps it under its id until it is done with. */
export const importOfferSchema = z.object({
  importId: z.uuid(),
  fileName: z.string().max(300),
  tunnels: z.array(offeredSchema).max(MAX_CARRIED_PROFILES),
});

/** What becomes of one tunnel of the file; those not named are left out. */
export const importChoiceSchema = z.object({ number, as: z.enum(['new', 'replacement']) });

export type Twin = z.output<typeof twinSchema>;
export type Offered = z.output<typeof offeredSchema>;
export type ImportOffer = z.output<typeof importOfferSchema>;
export type ImportChoice = z.output<typeof importChoiceSchema>;
