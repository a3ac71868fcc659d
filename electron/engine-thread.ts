import { parentPort } from 'node:worker_threads';
import { engineCommands, type engineEvents, type engineRequests } from '#shared/contract/engine.ts';
import { createPeer } from '#shared/contract/rpc.ts';
import { createEngine } from './engine/engine.ts';
import { setKeyThread } from './engine/ssh/key-formats/key-thread.ts';

/*
 * Entry of the engine's thread: puts an engine at the other end of the way to main, which `engine-process.ts` relays.
 * The engine itself is plain Node.
 */

if (parentPort === null) throw new Error('The engine runs in a thread of its own.');
const port = parentPort;

setKeyThread(new URL('./key-thread.js', import.meta.url));

const engine = createEngine({
  emit: (name, payload) => peer.emit(name, payload),
  findSecret: async (slot) => {
    const found = await peer.call('secrets.find', { slot });
    return found.ok ? found.value : null;
  },
});

const peer = createPeer<
  typeof engineRequests,
  typeof engineEvents,
  typeof engineCommands,
  Record<string, never>
>({
  channel: {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
  },
  incoming: engineCommands,
  handlers: engine.handlers,
  received: {},
  onEvent: () => {},
  onBug: report,
});

/** A bug must not pass unseen. No secret is in its text: what fails here fails on codes and states. */
function report(what: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  peer.emit('engine.logged', { level: 'error', message: `${what}: ${text}` });
}

process.on('uncaughtException', (error) => {
  report('uncaught exception', error);
  // In an unknown state nothing may go on; main starts a new engine, and the tunnels come back.
  setImmediate(() => process.exit(1));
});
