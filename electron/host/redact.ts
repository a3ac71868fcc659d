/**
 * Blanks out whatever looks like a secret. Nothing that holds one should ever come near the log; this is the last
 * line of defence, so it would rather blank too much.
 */
export function redact(text: string): string {
  return patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

const BLANK = '[removed]';

const patterns: readonly (readonly [RegExp, string])[] = [
  // Private keys, also when the end is cut off.
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, BLANK],
  // The body of an OpenSSH key without its frame: base64 of "openssh-key-v1".
  [/b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s\\]*/g, BLANK],
  // password=..., "passphrase": "...", secret: ..., as far as the value goes.
  [
    /(["']?(?<![a-z])(?:pass(?:word|phrase|wd)?|secret|token|otp|answers?|authorization)\b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\S+)/gi,
    `$1${BLANK}`,
  ],
  // user:secret@host in an address.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]*@/gi, `$1${BLANK}@`],
];
