import { z } from 'zod';
import { assertNever } from '../assert-never.ts';
import type { Result } from '../result.ts';
import { fail } from '../result.ts';
import {
  type Calls,
  type CommandError,
  type CommandMap,
  commandErrorSchema,
  type Emits,
  type EventMap,
  type Handlers,
  type PayloadOf,
} from './command.ts';
import { dispatch, mistaken } from './dispatch.ts';

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

/** The frame of a message; what it carries is parsed by whoever it is for. */
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({
    kind: z.literal('reply'),
    id: z.number(),
    result: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), value: z.unknown() }),
      z.object({ ok: z.literal(false), error: commandErrorSchema }),
    ]),
  }),
  z.object({ kind: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);

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
    if (!connected) return;
    const parsed = messageSchema.safeParse(data);
    if (!parsed.success) {
      onBug('message', parsed.error);
      return;
    }
    const message = parsed.data;
    switch (message.kind) {
      case 'call':
        void dispatch(incoming, handlers, message.name, message.input, onBug).then((result) =>
          reply(message.name, message.id, result),
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
        assertNever(message);
    }
  });

  function receive(name: string, payload: unknown): void {
    const schema = Object.hasOwn(received, name) ? received[name] : undefined;
    const parsed = schema?.safeParse(payload);
    if (!parsed?.success) {
      onBug(name, parsed?.error ?? new Error('An event of an unknown name arrived.'));
      return;
    }
    try {
      onEvent(name as keyof Received & string, parsed.data as PayloadOf<Received, keyof Received>);
    } catch (error) {
      onBug(name, error);
    }
  }

  function reply(name: string, id: number, result: Result<unknown, CommandError>): void {
    if (!post(name, { kind: 'reply', id, result })) post(name, { kind: 'reply', id, result: mistaken() });
  }

  /** False if the message could not be sent, such as one that is not structured-cloneable. */
  function post(name: string, message: Message): boolean {
    if (!connected) return true;
    try {
      channel.post(message);
      return true;
    } catch (error) {
      onBug(name, error);
      return false;
    }
  }

  const call = (name: string, input: unknown): Promise<Result<unknown, CommandError>> => {
    if (!connected) return Promise.resolve(gone());
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      if (post(name, { kind: 'call', id, name, input })) return;
      waiting.delete(id);
      resolve(mistaken());
    });
  };

  return {
    call: call as Calls<Outgoing>,
    emit: (name, payload) => void post(name, { kind: 'event', name, payload }),
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
