import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldPaths } from '../contract/testing/field-paths.ts';
import { profileSchema } from '../profile.ts';
import { carriedProfileSchema } from './export-format.ts';
import { NOT_EXPORTED } from './not-exported.ts';

describe('the fields of an export', () => {
  const own = fieldPaths(profileSchema);
  const carried = fieldPaths(carriedProfileSchema);
  const leftOut = Object.keys(NOT_EXPORTED);

  it('are, with those that are left out on purpose, all fields of a profile: a new one has to be decided on', () => {
    const decided = new Set([...carried, ...leftOut]);
    expect(own.filter((path) => !decided.has(path))).toEqual([]);
  });

  it('are fields of a profile, each either carried or left out', () => {
    expect([...carried, ...leftOut].filter((path) => !own.includes(path))).toEqual([]);
    expect(carried.filter((path) => leftOut.includes(path))).toEqual([]);
  });

  it('have nothing that could hold a secret', () => {
    expect(carried.filter((path) => /pass(word|phrase)[^)]*$|secret|token|otp|private/i.test(path))).toEqual(
      [],
    );
  });

  it('are told of a schema that grows, wherever it grows', () => {
    const grown = z.object({
      name: z.string(),
      colour: z.string().optional(),
      hops: z.array(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a') }),
          z.object({ kind: z.literal('b'), more: z.record(z.string(), z.number()).nullable() }),
        ]),
      ),
    });
    expect(fieldPaths(grown)).toEqual(['colour', 'hops[](a)', 'hops[](b).more', 'hops[](b).more{}', 'name']);
  });
});
