import { createHash } from 'node:crypto';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { readAll } from './practice-fixture.ts';
import { serveWebPage } from './web-page.ts';

function open(): Duplex {
  const [near, far] = duplexPair();
  serveWebPage(far);
  return near;
}

async function ask(request: string): Promise<{ status: string; head: string; body: string }> {
  const stream = open();
  stream.write(request);
  const answer = await readAll(stream);
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.slice(0, end);
  return { status: head.split('\r\n')[0] ?? '', head, body: answer.slice(end + 4) };
}

const get = (target: string) => ask(`GET ${target} HTTP/1.1\r\nHost: web.practice\r\n\r\n`);

describe('the practice web page', () => {
  it('shows the page and closes', async () => {
    const { status, head, body } = await get('/');
    expect(status).toBe('HTTP/1.1 200 OK');
    expect(head).toContain('Connection: close');
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    expect(body).toContain('You came through the tunnel');
    expect(body.endsWith('</html>\n')).toBe(true);
  });

  it('loads nothing from elsewhere and permits only its own style', async () => {
    const { head, body } = await get('/');
    expect(body).not.toMatch(/src=|href=|url\(|@import|<script/);
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';
    expect(head).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(style).toContain('prefers-color-scheme: dark');
  });

  it('answers HEAD with the same head and no body', async () => {
    const page = await get('/');
    const head = await ask('HEAD / HTTP/1.1\r\nHost: web.practice\r\n\r\n');
    const length = /Content-Length: \d+/;
    expect(head.body).toBe('');
    expect(head.head.match(length)).toEqual(page.head.match(length));
  });

  it('takes queries, absolute targets, HTTP/1.0 and bare newlines', async () => {
    for (const request of [
      'GET /?a=1 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n',
      'GET http://web.practice HTTP/1.1\r\nhost: web.practice\r\n\r\n',
      'GET http://web.practice/ HTTP/1.1\r\nHost:web.practice\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
      'GET / HTTP/1.1\nHost: web.practice\n\n',
    ]) {
      expect((await ask(request)).status).toBe('HTTP/1.1 200 OK');
    }
  });

  it('has no other page', async () => {
    for (const target of ['/favicon.ico', '//', '/..', '/etc/passwd', 'http://web.practice/x']) {
      expect((await get(target)).status).toBe('HTTP/1.1 404 Not Found');
    }
  });

  it('allows no other method, and reads a body away', async () => {
    const { status, head } = await ask(
      `POST / HTTP/1.1\r\nHost: web.practice\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`,
    );
    expect(status).toBe('HTTP/1.1 405 Method Not Allowed');
    expect(head).toContain('Allow: GET, HEAD');
  });

  it('calls nonsense a bad request', async () => {
    for (const request of [
      'hello\r\n\r\n',
      'GET /\r\n\r\n',
      'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
      'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n',
      'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
      '\u0016\u0003\u0001\r\n\r\n',
    ]) {
      expect((await ask(request)).status).toBe('HTTP/1.1 400 Bad Request');
    }
  });

  it('stops reading a head over 16 KiB', async () => {
    expect((await ask(`GET / HTTP/1.1\r\nX: ${'x'.repeat(16 * 1024)}`)).status).toMatch(/ 431 /);
  });

  it('says nothing to a client that leaves without a question', async () => {
    const stream = open();
    stream.end('GET / HT');
    expect(await readAll(stream)).toBe('');
  });

  it('hangs up after half a minute on a client that never finishes its question', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const [near, far] = duplexPair();
      serveWebPage(far);
      near.write('GET / HTTP/1.1\r\n');
      vi.advanceTimersByTime(29_999);
      expect(far.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(far.destroyed).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
