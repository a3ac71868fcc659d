import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PAGE_HTML, PAGE_STYLE } from './web-page-html.ts';

/** Bytes in the request line and all header fields. */
const MAX_HEAD_BYTES = 16 * 1024;
/** From the opened connection to its end, question and answer included. */
const TIMEOUT_MS = 30_000;

/**
 * Answers one HTTP/1.1 request on a stream (RFC 9112) and closes it: GET and HEAD of `/` with a page, anything
 * else with an error. A request body is read away unseen.
 */
export function serveWebPage(stream: Duplex): void {
  let head = Buffer.alloc(0);
  let isAnswered = false;
  const timer = setTimeout(() => stream.destroy(), TIMEOUT_MS);

  const answer = (text: string) => {
    isAnswered = true;
    stream.end(text);
  };
  stream.on('error', () => clearTimeout(timer));
  stream.on('data', (chunk: Buffer) => {
    if (isAnswered) return;
    head = Buffer.concat([head, chunk]);
    const end = /\r?\n\r?\n/.exec(head.toString('latin1'));
    const length = end ? end.index : head.length;
    if (length > MAX_HEAD_BYTES) answer(plainAnswer(431, 'Request Header Fields Too Large'));
    else if (end) answer(answerTo(head.toString('latin1', 0, length)));
  });
  stream.on('end', () => {
    if (!isAnswered) stream.end();
  });
  stream.on('close', () => clearTimeout(timer));
}

/** A request line (RFC 9112 section 3): method, target, version. */
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
const HEADER_FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\0\r]*$/;

function answerTo(head: string): string {
  const [requestLine = '', ...fields] = head.split(/\r?\n/);
  const [, method, target = '', minorVersion] = REQUEST_LINE.exec(requestLine) ?? [];
  const hosts = fields.filter((field) => /^host:/i.test(field)).length;
  // RFC 9112 section 3.2: HTTP/1.1 needs exactly one Host, and more than one is wrong in any version.
  const hasRightHost = hosts === 1 || (hosts === 0 && minorVersion === '0');
  if (method === undefined || !hasRightHost || !fields.every((field) => HEADER_FIELD.test(field))) {
    return plainAnswer(400, 'Bad Request');
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return plainAnswer(405, 'Method Not Allowed', ['Allow: GET, HEAD']);
  }
  const isHead = method === 'HEAD';
  return pathOf(target) === '/' ? pageAnswer(isHead) : plainAnswer(404, 'Not Found', [], isHead);
}

/** The path of a target in origin or absolute form (RFC 9112 section 3.2), without its query. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  return path === '' ? '/' : path;
}

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');

function pageAnswer(isHead: boolean): string {
  return compose(200, 'OK', 'text/html', PAGE_HTML, isHead, [
    `Content-Security-Policy: default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  ]);
}

function plainAnswer(status: number, phrase: string, fields: readonly string[] = [], isHead = false): string {
  const body = `${status} ${phrase}\nThe practice server has one page: http://web.practice/\n`;
  return compose(status, phrase, 'text/plain', body, isHead, fields);
}

function compose(
  status: number,
  phrase: string,
  type: string,
  body: string,
  isHead: boolean,
  fields: readonly string[],
): string {
  return [
    `HTTP/1.1 ${status} ${phrase}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    // A page from the cache would still show after the tunnel is stopped, and teach the wrong thing.
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Referrer-Policy: no-referrer',
    'Connection: close',
    ...fields,
    '',
    isHead ? '' : body,
  ].join('\r\n');
}
