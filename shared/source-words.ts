import { parseIp, unmapIp } from './listener-address.ts';
import { parseSource } from './source-network.ts';

/** The two kinds of address that a client can come from. */
type Family = 'IPv4' | 'IPv6';

const FAMILIES = ['IPv4', 'IPv6'] as const satisfies readonly Family[];

/** The network that holds every address of a family, as it is kept. */
const WHOLE: Readonly<Record<Family, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' };

/** An entrance that lets in only those whom it names. */
interface NamedEntrance {
  readonly isRemote: boolean;
  readonly bindAddress: string;
  /** As they are kept. */
  readonly sources: readonly string[];
}

/**
 * What a list of allowed sources means for all those whom it does not name one by one; null where the list says it
 * itself. Nothing is wrong with such a list, but nobody reads out of `::/0` that all of IPv4 is shut out.
 */
export function sourcesNote({ isRemote, bindAddress, sources }: NamedEntrance): string | null {
  if (sources.length === 0) return null;
  const named = FAMILIES.filter((family) => sources.some((source) => familyOf(source) === family));
  const reaching = familiesAt(bindAddress);
  const shutOut = reaching.filter((family) => !named.includes(family));
  // This computer's own programs always get in through its loopback; on the server there is no such exception.
  const connect = isRemote ? 'can connect' : 'can connect from another computer';
  const sentences = [
    wholeSentence(sources),
    shutOut.length === 0
      ? null
      : reaching.length === shutOut.length
        ? `Nobody ${connect}: ${bindAddress} is an ${shutOut[0]} address, and only ${named[0]} is named.`
        : `Nobody with an ${shutOut[0]} address ${connect}, as only ${named[0]} is named.`,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** One source as it stands in a sentence: `everybody with IPv6` for `::/0`, others as they are. */
export function sourceInWords(source: string): string {
  const family = FAMILIES.find((each) => WHOLE[each] === source);
  return family === undefined ? source : `everybody with ${family}`;
}

/** Of more sources than these it is told how many they are: their names would hide all other words of a card. */
export const MAX_NAMED_SOURCES = 2;

/** Who may enter, briefly: `10.0.0.1 and 10.0.0.2`, `3 networks`, `everybody with IPv6 and 10.0.0.1`. */
export function sourcesInWords(sources: readonly string[]): string {
  const whole = wholeFamilies(sources);
  const others = sources.filter((source) => !whole.some((family) => familyOf(source) === family));
  return [
    ...(whole.length === 0 ? [] : [`everybody with ${whole.join(' or ')}`]),
    ...(others.length === 0
      ? []
      : [others.length > MAX_NAMED_SOURCES ? countInWords(others) : others.join(' and ')]),
  ].join(' and ');
}

function wholeSentence(sources: readonly string[]): string | null {
  const whole = wholeFamilies(sources);
  if (whole.length === FAMILIES.length) return `${WHOLE.IPv4} and ${WHOLE.IPv6} together mean everybody.`;
  const [family] = whole;
  return family === undefined ? null : `${WHOLE[family]} means everybody with ${family}.`;
}

function wholeFamilies(sources: readonly string[]): readonly Family[] {
  return FAMILIES.filter((family) => sources.includes(WHOLE[family]));
}

function countInWords(sources: readonly string[]): string {
  const count = sources.length;
  const networks = sources.filter((source) => isNetwork(source)).length;
  return `${count} ${networks === count ? 'networks' : networks === 0 ? 'addresses' : 'sources'}`;
}

function isNetwork(text: string): boolean {
  const source = parseSource(text);
  return source !== null && source.prefixLength < source.bytes.length * 8;
}

function familyOf(source: string): Family | null {
  const parsed = parseSource(source);
  return parsed === null ? null : familyOfBytes(parsed.bytes);
}

/** From which families clients can reach an entrance at all. A name, and `::`, may stand for both. */
function familiesAt(bindAddress: string): readonly Family[] {
  const ip = parseIp(bindAddress);
  if (ip === null) return FAMILIES;
  const { bytes } = unmapIp(ip);
  const family = familyOfBytes(bytes);
  return family === 'IPv6' && bytes.every((byte) => byte === 0) ? FAMILIES : [family];
}

function familyOfBytes(bytes: readonly number[]): Family {
  return bytes.length === 4 ? 'IPv4' : 'IPv6';
}
