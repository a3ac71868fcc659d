/**
 * The form in which a name goes to the resolver (RFC 3492, RFC 5891), where that differs from what is shown; null where it does
 * not. It tells names apart that look alike, such as one with a Cyrillic letter.
 */
export function asciiHost(host: string): string | null {
  if (!/[^\x20-\x7e]/.test(host)) return null;
  const labels = host
    .normalize('NFKC')
    .toLowerCase()
    .split(/[.\u3002]/);
  return labels.map((label) => (/[^\x20-\x7e]/.test(label) ? `xn--${punycode(label)}` : label)).join('.');
}

/** Stands behind a host that is shown before anybody trusts it: its ASCII form, where it may look like another; else nothing. */
export function asciiWords(host: string): string {
  const ascii = asciiHost(host);
  return ascii === null ? '' : ` (${ascii})`;
}

/** RFC 3492 section 6.3. */
function punycode(label: string): string {
  const points = [...label].map((letter) => letter.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < 0x80);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '');
  let [next, delta, bias, handled] = [0x80, 0, 72, basic.length];
  while (handled < points.length) {
    const least = Math.min(...points.filter((point) => point >= next));
    delta += (least - next) * (handled + 1);
    next = least;
    for (const point of points) {
      if (point < next) delta += 1;
      if (point !== next) continue;
      output += digits(delta, bias);
      bias = adapted(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    next += 1;
  }
  return output;
}

/** One number of variable length (RFC 3492 section 3.3). */
function digits(delta: number, bias: number): string {
  const letter = (digit: number) => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(digit);
  let text = '';
  let rest = delta;
  for (let k = 36; ; k += 36) {
    const threshold = Math.min(26, Math.max(1, k - bias));
    if (rest < threshold) return text + letter(rest);
    text += letter(threshold + ((rest - threshold) % (36 - threshold)));
    rest = Math.floor((rest - threshold) / (36 - threshold));
  }
}

/** RFC 3492 section 6.1. */
function adapted(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
