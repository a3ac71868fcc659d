// What the two load processes say to each other: nine bytes at the start of a connection, then bytes that mean nothing.

/** Send every byte back. */
export const doEcho = 1;
/** Send so many bytes. */
export const doPull = 2;
/** Take so many bytes in, then send one. */
export const doPush = 3;

/** The length of a request. */
export const requestBytes = 9;

/**
 * @typedef {object} Request
 * @property {number} action one of the three above
 * @property {number} bytes how many; of no meaning for `doEcho`
 */

/**
 * @param {number} action
 * @param {number} [bytes]
 * @returns {Buffer}
 */
export function writeRequest(action, bytes = 0) {
  const request = Buffer.alloc(requestBytes);
  request.writeUInt8(action, 0);
  request.writeBigUInt64BE(BigInt(bytes), 1);
  return request;
}

/**
 * @param {Buffer} head at least {@link requestBytes} long
 * @returns {Request}
 */
export function parseRequest(head) {
  return { action: head.readUInt8(0), bytes: Number(head.readBigUInt64BE(1)) };
}
