import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, findPage, listPages, type Page } from './app-pages.ts';

let folder: string;
let pages: ReadonlyMap<string, Page>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-pages-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  for (const name of [
    'index.html',
    'assets/index-1a2b.js',
    'assets/index-1a2b.js.map',
    'assets/inter.woff2',
  ]) {
    writeFileSync(join(folder, 'renderer', name), '');
  }
  writeFileSync(join(folder, 'secret.js'), '');
  symlinkSync(join(folder, 'secret.js'), join(folder, 'renderer', 'link.js'));
  pages = listPages(join(folder, 'renderer'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('listPages', () => {
  it('lists what a page needs, with its type, and neither source maps nor links', () => {
    expect(Object.fromEntries([...pages].map(([path, { mediaType }]) => [path, mediaType]))).toEqual({
      '/index.html': 'text/html; charset=utf-8',
      '/assets/index-1a2b.js': 'text/javascript; charset=utf-8',
      '/assets/inter.woff2': 'font/woff2',
    });
  });
});

describe('findPage', () => {
  it('finds a page, whatever stands behind its path', () => {
    const file = join(folder, 'renderer', 'index.html');
    expect(findPage(pages, 'GET', 'app://culvert/index.html')?.file).toBe(file);
    expect(findPage(pages, 'HEAD', 'app://culvert/index.html?a=b#c')?.file).toBe(file);
    expect(findPage(pages, 'GET', 'app://culvert/assets/../index.html')?.file).toBe(file);
  });

  it.each([
    'app://culvert/',
    'app://culvert/assets',
    'app://culvert/../secret.js',
    'app://culvert/%2e%2e/secret.js',
    'app://culvert/..%2fsecret.js',
    'app://culvert/assets/..%2f..%2fsecret.js',
    'app://culvert/..\\secret.js',
    'app://culvert/..%5csecret.js',
    'app://culvert//secret.js',
    'app://culvert/link.js',
    'app://culvert/index.html%00',
    'app://culvert/%69ndex.html',
    'app://culvert/INDEX.HTML',
    'app://culvert/assets/index-1a2b.js.map',
    'app://culvert/__proto__',
    'app://other/index.html',
    'app://culvert.example/index.html',
    'app://user@culvert/index.html',
    'app://culvert:8080/index.html',
    'app:culvert/index.html',
    'file:///index.html',
    'https://culvert/index.html',
    'nonsense',
  ])('refuses %s', (address) => {
    expect(findPage(pages, 'GET', address)).toBeUndefined();
  });

  it.each(['POST', 'PUT', 'OPTIONS'])('refuses %s', (method) => {
    expect(findPage(pages, method, 'app://culvert/index.html')).toBeUndefined();
  });
});

it('has the content security policy that we hold ourselves to', () => {
  expect(CONTENT_SECURITY_POLICY).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});
