/**
 * The form in which a name goes to the resolver (WHATWG URL Standard, "domain to ASCII"), where that differs from what is shown; null
 * where it does not. It tells names apart that look alike, such as one with a Cyrillic letter.
 */
export function asciiHost(host: string): string | null {
  if (!/[^\x20-\x7e]/.test(host)) return null;
  const address = `http://${host}/`;
  // What is no name has no such form, but must not be taken for the one that it looks like.
  const isName = !/[\s/?#@:%\\[\]]/.test(host) && URL.canParse(address);
  return isName ? new URL(address).hostname : host.replace(/[^\x20-\x7e]/gu, '?');
}

/** Stands behind a host that is shown before anybody trusts it: its ASCII form, where it may look like another; else nothing. */
export function asciiWords(host: string): string {
  const ascii = asciiHost(host);
  return ascii === null ? '' : ` (${ascii})`;
}
