import { readFile } from 'node:fs/promises';
import { type Protocol, protocol } from 'electron';
import { findPage, listPages, securityHeaders } from './app-pages.ts';
import { APP_SCHEME } from './app-url.ts';
import type { Log } from './log.ts';

/** Makes `app://` an ordinary, secure origin. Must be called before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // Neither fetch nor CORS: pages load modules, styles and fonts from their own origin, and nothing else.
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true } },
  ]);
}

/** Serves the files that lie in a folder now, and only those, to `app://culvert/`. */
export function serveApp(protocol: Protocol, folder: string, log: Log): void {
  const pages = listPages(folder);
  protocol.handle(APP_SCHEME, async (request) => {
    const page = findPage(pages, request.method, request.url);
    if (!page) {
      log.warning(`Refused ${request.method} ${request.url.slice(0, 200)}: it is not a page of Culvert.`);
      return new Response(null, { status: 404, headers: securityHeaders });
    }
    const body = request.method === 'HEAD' ? null : new Uint8Array(await readFile(page.file));
    return new Response(body, { headers: { ...securityHeaders, 'Content-Type': page.mediaType } });
  });
}
