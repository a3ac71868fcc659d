/** Ends process groups by their leaders, whoever of them is left; on Windows, which has none, the leaders. */
export function endPrograms(leaders: readonly number[]): void {
  for (const leader of leaders) {
    try {
      process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
    } catch {
      // Gone with the engine.
    }
  }
}
