/** A string of RFC 4251, section 5: its length and its bytes. */
export function sshString(content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The whole strings with which the bytes begin, and how many bytes these take. */
export function readSshStrings(bytes: Buffer): { readonly strings: Buffer[]; readonly length: number } {
  const strings: Buffer[] = [];
  let length = 0;
  while (length + 4 <= bytes.length) {
    const end = length + 4 + bytes.readUInt32BE(length);
    if (end > bytes.length) break;
    strings.push(bytes.subarray(length + 4, end));
    length = end;
  }
  return { strings, length };
}
