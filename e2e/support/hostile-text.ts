/** What a server may put into any of its texts: ANSI, HTML, bidi, zero-width and control characters. */
export const TRICKS =
  '\u001b]0;owned\u0007\u001b[31mDie <img src=x onerror=alert(1)>\u202egnp.exe\u200b\u0000\u2028\u009b2J';

/** What of that must never reach a screen, as it is or as JSON writes it. HTML is text like any other: React shows it as such. */
export const HARMFUL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\\u00[01]|\\u007f|\\u009|\\u20/i;
