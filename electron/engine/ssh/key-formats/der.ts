/** One element of DER (ITU-T X.690): its tag, what is in it, and what follows it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

export const DER_SEQUENCE = 0x30;
export const DER_OCTETS = 0x04;
export const DER_OBJECT = 0x06;

/** Reads the element in front. Null where there is none, or a part of one. */
export function readDer(bytes: Buffer): DerElement | null {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return null;
  const size = first < 0x80 ? 0 : first & 0x7f;
  // Longer lengths than of three bytes are no key's.
  if (size > 3 || first === 0x80 || bytes.length < 2 + size) return null;
  const length = size === 0 ? first : bytes.readUIntBE(2, size);
  const end = 2 + size + length;
  if (end > bytes.length) return null;
  return { tag, content: bytes.subarray(2 + size, end), rest: bytes.subarray(end) };
}

/** The elements inside of a sequence; empty if it is none, or a broken one. */
export function readDerSequence(element: DerElement | null | undefined): readonly DerElement[] {
  if (element?.tag !== DER_SEQUENCE) return [];
  const elements: DerElement[] = [];
  let rest = element.content;
  while (rest.length > 0) {
    const next = readDer(rest);
    if (next === null) return [];
    elements.push(next);
    rest = next.rest;
  }
  return elements;
}
