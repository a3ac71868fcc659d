/**
 * Claims that a shell reads this as one word that is nothing else, an option neither. ssh refuses less in hosts and users (ssh.c,
 * valid_hostname and valid_ruser), and had to add to its list more than once (CVE-2023-51385).
 */
export function isPlainWord(text: string): boolean {
  return /^(?!-)[\p{L}\p{N}._@:+%-]+$/u.test(text);
}
