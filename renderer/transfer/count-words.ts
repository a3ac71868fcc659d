/** `1 tunnel`, `3 tunnels`. */
export function countWords(count: number): string {
  return count === 1 ? '1 tunnel' : `${count} tunnels`;
}
