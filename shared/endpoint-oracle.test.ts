// biome-ignore lint/style/noRestrictedImports: Node's own judgement is what ours is compared with.
import { isIPv4 as nodeIsIpv4, isIPv6 as nodeIsIpv6 } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isIpv4, isIpv6 } from './endpoint.ts';

const nearlyAddress = fc.string({ unit: fc.constantFrom(...'::..0123456789aF'), maxLength: 24 });
const groups = fc
  .array(fc.constantFrom('', '0', '1', 'ffff', '12345', '1.2.3.4', '::', '01.2.3.4', '300.1.1.1'), {
    maxLength: 9,
  })
  .map((parts) => parts.join(':'));
const octets = fc
  .array(fc.constantFrom('0', '00', '7', '07', '255', '256', '1a', ''), { maxLength: 5 })
  .map((all) => all.join('.'));

it('agrees with Node on what an address is', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyAddress, groups, octets, fc.ipV4(), fc.ipV6()), (text) => {
      expect([text, isIpv4(text)]).toEqual([text, nodeIsIpv4(text)]);
      expect([text, isIpv6(text)]).toEqual([text, nodeIsIpv6(text)]);
    }),
    { numRuns: 5000 },
  );
});
