import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { APP_ORIGIN, APP_SCHEME } from './app-url.ts';

/** One file that may be asked for. */
export interface Page {
  readonly file: string;
  readonly mediaType: string;
}

/**
 * Everything in a folder that a page can need, by its path in a URL. A list made beforehand, because a path that is
 * looked up cannot climb out of anything, however it is written.
 */
export function listPages(folder: string): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const mediaType = mediaTypes[extname(entry.name)];
    if (!entry.isFile() || mediaType === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    pages.set(`/${relative(folder, file).split(sep).join('/')}`, { file, mediaType });
  }
  return pages;
}

/**
 * The page behind a request, if there is one. Nothing is decoded: the build names its files so that their URLs need
 * no escapes, and whatever comes with one is not a page.
 */
export function findPage(
  pages: ReadonlyMap<string, Page>,
  method: string,
  address: string,
): Page | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== `${APP_SCHEME}:` || url.username !== '' || url.password !== '') return undefined;
  if (url.port !== '' || `${APP_SCHEME}://${url.host}` !== APP_ORIGIN) return undefined;
  return pages.get(url.pathname);
}

/** What may be served. Source maps may not: they would show the files of the machine that built Culvert. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Everything from our own origin, nothing inline, nothing from anywhere else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer, also with a refusal. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};
