import type { SocketDialogue } from './socket-dialogue.ts';

/** Which object's method is called. */
export interface CallTarget {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
}

/** An argument: a string, or a list of object paths. */
export type Argument = string | readonly string[];

/** A little-endian method call (D-Bus Specification, "Message Protocol"). */
export function methodCall(
  serial: number,
  target: CallTarget,
  member: string,
  args: readonly Argument[],
): Buffer {
  const body = new Marshaller();
  for (const arg of args) body.argument(arg);
  const message = new Marshaller();
  // Version 1, no auto-start: a question must not start the program it asks about.
  message.bytes([0x6c, METHOD_CALL, 0x02, 1]);
  message.uint32(body.length);
  message.uint32(serial);
  const fields = new Marshaller();
  const field = (code: number, type: string, value: string) => {
    fields.align(8);
    fields.bytes([code, 1, type.charCodeAt(0), 0]);
    if (type === 'g') fields.signature(value);
    else fields.text(value);
  };
  field(1, 'o', target.path);
  field(2, 's', target.interface);
  field(3, 's', member);
  field(6, 's', target.destination);
  if (args.length > 0) field(8, 'g', args.map((arg) => (typeof arg === 'string' ? 's' : 'ao')).join(''));
  message.uint32(fields.length);
  message.bytes(fields.toBuffer());
  message.align(8);
  message.bytes(body.toBuffer());
  return message.toBuffer();
}

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const REPLY_SERIAL = 5;

class Marshaller {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(bytes: Iterable<number>): void {
    this.#bytes.push(...bytes);
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0);
  }

  uint32(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.bytes(bytes);
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.uint32(bytes.length);
    this.bytes(bytes);
    this.bytes([0]);
  }

  /** The length of an array counts from its first element, which here needs no padding before it. */
  argument(arg: Argument): void {
    if (typeof arg === 'string') {
      this.text(arg);
      return;
    }
    const elements = new Marshaller();
    for (const path of arg) elements.text(path);
    this.uint32(elements.length);
    this.bytes(elements.toBuffer());
  }

  signature(value: string): void {
    this.bytes([value.length, ...Buffer.from(value, 'latin1'), 0]);
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

/** The answer to a call. */
export interface Reply {
  readonly isError: boolean;
  readonly isLittleEndian: boolean;
  readonly body: Buffer;
}

/** Waits for the answer to one call; signals that arrive meanwhile are passed over. */
export async function readReply(dialogue: SocketDialogue, serial: number): Promise<Reply> {
  for (;;) {
    const start = await dialogue.read(16);
    const isLittleEndian = start[0] === 0x6c;
    const uint32 = (bytes: Buffer, at: number) =>
      isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    const fieldsLength = uint32(start, 12);
    const fields = await dialogue.read(alignUp(fieldsLength, 8));
    const body = await dialogue.read(uint32(start, 4));
    const type = start[1];
    if (type !== METHOD_RETURN && type !== ERROR) continue;
    if (replySerial(fields.subarray(0, fieldsLength), uint32) !== serial) continue;
    return { isError: type === ERROR, isLittleEndian, body };
  }
}

/** Walks over the header fields, an array of (code, variant); those of a reply are strings, signatures and numbers. */
function replySerial(fields: Buffer, uint32: (bytes: Buffer, at: number) => number): number | undefined {
  for (let at = 0; at < fields.length; ) {
    at = alignUp(at, 8);
    const code = fields[at];
    const type = String.fromCharCode(fields[at + 2] ?? 0);
    at += 4;
    if (type === 'g') {
      at += (fields[at] ?? 0) + 2;
      continue;
    }
    at = alignUp(at, 4);
    const value = uint32(fields, at);
    if (code === REPLY_SERIAL) return value;
    at += type === 'u' ? 4 : 4 + value + 1;
  }
  return undefined;
}

function alignUp(offset: number, size: number): number {
  return Math.ceil(offset / size) * size;
}
