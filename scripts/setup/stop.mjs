// How a command of ours ends when something outside our code is missing: one clear message and exit code 1.

/** An expected reason to stop (no network, a missing program). Its message is for people and needs no stack. */
export class SetupStop extends Error {
  /** @param {string} message what happened, to what, and what to do */
  constructor(message) {
    super(message);
    this.name = 'SetupStop';
  }
}

/**
 * Runs a command's main function and turns its outcome into the process's exit code. A `SetupStop` prints its
 * message alone; anything else is a bug and prints its stack.
 *
 * @param {() => Promise<number>} main resolves with the exit code
 * @returns {Promise<void>}
 */
export async function runAsCommand(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof SetupStop ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
