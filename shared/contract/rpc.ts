import type { Result } from '../result.ts';
import { fail } from '../result.ts';
import type { Calls, CommandError, CommandMap, Emits, EventMap, Handlers, PayloadOf } from './command.ts';
import { dispatch } from './dispatch.ts';

/** The part of a MessagePort (Node's, Electron's or the DOM's) that is needed here. */
export interface MessageChannelEnd {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface PeerOptions<Incoming extends CommandMap, Received extends EventMap> {
  readonly channel: MessageChannelEnd;
  /** Commands that the other side may give, with what carries them out. */
  readonly incoming: Incoming;
  readonly handlers: Handlers<Incoming>;
  /** Events that the other side may send. */
  readonly received: Received;
  onEvent<Name extends keyof Received & string>(name: Name, payload: PayloadOf<Received, Name>): void;
  /** A handler threw, or a message was not understood. */
  onBug(what: string, error: unknown): void;
}

/** One end of a conversation between main and the engine: both give commands, both send events. */
export interface Peer<Outgoing extends CommandMap, Sent extends EventMap> {
  readonly call: Calls<Outgoing>;
  readonly emit: Emits<Sent>;
  /** Fails every call that is still waiting with `unavailable`: the other side is gone. */
  disconnect(): void;
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly result: Result<unknown, CommandError> }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown };

/**
 * Speaks the typed contract over a message channel. Both ends are our own code, but every command's
 * input and every event is parsed all the same, so that a mistake shows where it is made.
 */
export function createPeer<
  Outgoing extends CommandMap,
  Sent extends EventMap,
  Incoming extends CommandMap,
  Received extends EventMap,
>(options: PeerOptions<Incoming, Received>): Peer<Outgoing, Sent> {
  const { channel, incoming, handlers, received, onEvent, onBug } = options;
  const waiting = new Map<number, (result: Result<unknown, CommandError>) => void>();
  let lastId = 0;
  let connected = true;

  channel.onMessage((data) => {
    const message = data as Message;
    switch (message.kind) {
      case 'call':
        void dispatch(incoming, handlers, message.name, message.input, onBug).then((result) =>
          post({ kind: 'reply', id: message.id, result }),
        );
        return;
      case 'reply': {
        const settle = waiting.get(message.id);
        waiting.delete(message.id);
        settle?.(message.result);
        return;
      }
      case 'event':
        receive(message.name, message.payload);
        return;
      default:
        onBug('message', new Error('A message of an unknown kind arrived.'));
    }
  });

  function receive(name: string, payload: unknown): void {
    const schema = Object.hasOwn(received, name) ? received[name] : undefined;
    const parsed = schema?.safeParse(payload);
    if (!parsed?.success) {
      onBug(name, parsed?.error ?? new Error('An event of an unknown name arrived.'));
      return;
    }
    onEvent(name as keyof Received & string, parsed.data as PayloadOf<Received, keyof Received>);
  }

  function post(message: Message): void {
    if (connected) channel.post(message);
  }

  const call = (name: string, input: unknown): Promise<Result<unknown, CommandError>> => {
    if (!connected) return Promise.resolve(gone());
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      post({ kind: 'call', id, name, input });
    });
  };

  return {
    call: call as Calls<Outgoing>,
    emit: (name, payload) => post({ kind: 'event', name, payload }),
    disconnect() {
      connected = false;
      for (const settle of waiting.values()) settle(gone());
      waiting.clear();
    },
  };
}

function gone(): { readonly ok: false; readonly error: CommandError } {
  return fail({ code: 'unavailable', message: 'The tunnel engine is restarting. Try again in a moment.' });
}
