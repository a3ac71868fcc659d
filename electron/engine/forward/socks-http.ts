/**
 * Tells an HTTP request that came to a SOCKS port by mistake, as when a browser's "HTTP proxy" field was
 * filled instead of "SOCKS host". No SOCKS version starts with a letter.
 */
export function startsLikeHttp(bytes: Buffer): 'yes' | 'no' | 'unclear' {
  const start = bytes.subarray(0, LONGEST_METHOD + 1).toString('latin1');
  if (/^[A-Z]{3,8} /.test(start)) return 'yes';
  return start.length <= LONGEST_METHOD && /^[A-Z]+$/.test(start) ? 'unclear' : 'no';
}

/** The length of `PROPFIND`, the longest method that a client is likely to start with. */
const LONGEST_METHOD = 8;

const BODY =
  'This is a SOCKS port of an SSH tunnel, not a web server and not an HTTP proxy.\n' +
  'Enter it as the SOCKS host (version 5), and let SOCKS resolve names.\n';

/** A whole HTTP response that says so. */
export const WRONG_PORT_PAGE = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  'Connection: close',
  '',
  BODY,
].join('\r\n');
