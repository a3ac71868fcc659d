/**
 * What goes into the keychain's box in place of a bare secret: the slot that it belongs to, and a mark. The box of
 * Chromium on Linux is AES-CBC without a checksum, so about one wrong key in 256 "decrypts" to noise; the mark tells.
 */
export function sealSecret(slotKey: string, secret: string): string {
  return `${MARK}${slotKey}\n${secret}`;
}

/** The secret in a box that was made for this slot; null for noise, and for a box of another slot. */
export function unsealSecret(slotKey: string, text: string): string | null {
  if (text.startsWith(MARK)) {
    const head = `${MARK}${slotKey}\n`;
    return text.startsWith(head) ? text.slice(head.length) : null;
  }
  // Kept before there was a mark: good, unless it cannot have been typed.
  return NOT_TYPED.test(text) ? null : text;
}

const MARK = 'culvert secret 1\n';

/** Control characters, and what stands for bytes that are no UTF-8. */
const NOT_TYPED = /[\p{Cc}\ufffd]/u;
