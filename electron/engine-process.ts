import { Worker } from 'node:worker_threads';
import type {} from 'electron';

/*
 * Entry of the engine process: runs the engine in a thread of its own and relays what it and main say to each other.
 *
 * Why a thread: Electron turns the event loop of a process's main thread by posting a task for every wake-up, from a
 * thread that waits on its behalf. A byte there and back through such a loop took 520 us, through a worker's loop, which
 * is Node's own, 170 us, as in plain Node. Electron is imported for the type of `process.parentPort` alone.
 */

const main = process.parentPort;
const thread = new Worker(new URL('./engine-thread.js', import.meta.url));

main.on('message', ({ data }) => thread.postMessage(data));
thread.on('message', (message) => main.postMessage(message));
// The thread reports its own bugs; what ends it without a word is told on standard error, which main logs.
thread.on('error', (error) => process.stderr.write(`${error.stack ?? error}\n`));
// Without its engine this process is of no use; main starts a new one, and the tunnels come back.
thread.on('exit', (code) => process.exit(code === 0 ? 1 : code));
