import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { Channel, ChannelRefusal, ChannelSource } from '../../forward/channel-source.ts';

const refusal: ChannelRefusal = { reason: 'connectFailed', message: 'open failed' };

/** A session on which commands can be opened, and be answered by hand. */
export class FakeSession {
  readonly commands: string[] = [];
  readonly channels: FakeChannel[] = [];
  readonly #lost = new EventEmitter();
  isRefusing = false;
  #isLost = false;

  readonly source = {
    openCommand: async (command: string): Promise<Result<Channel, ChannelRefusal>> => {
      this.commands.push(command);
      if (this.isRefusing) return fail(refusal);
      const channel = new FakeChannel();
      this.channels.push(channel);
      return succeed(channel as unknown as Channel);
    },
    isLost: () => this.#isLost,
    onLost: (listener: () => void) => {
      this.#lost.once('lost', listener);
      return () => void this.#lost.off('lost', listener);
    },
  } as unknown as ChannelSource;

  lose(): void {
    this.#isLost = true;
    this.#lost.emit('lost');
  }
}

/** Keeps what it is sent, and says what the test says. */
export class FakeChannel extends EventEmitter {
  readonly stderr = new PassThrough();
  readonly sent: string[] = [];
  isClosed = false;
  readonly signals: string[] = [];

  write(text: string): void {
    this.sent.push(text);
  }

  /** As sshd and a script that watches its input do: both end. */
  end(): void {
    this.emit('close');
  }

  resume(): void {}

  signal(name: string): void {
    this.signals.push(name);
  }

  close(): void {
    this.isClosed = true;
  }

  say(text: string): void {
    this.emit('data', Buffer.from(text));
  }
}

/** What a shell makes of the last command's `echo`. */
export function readyLineOf({ commands }: FakeSession): string {
  const [, word, one, two] = /echo (culvert-\S+-)\$\(\((\d+)\+(\d+)\)\)/.exec(commands.at(-1) ?? '') ?? [];
  return `\n${word}${Number(one) + Number(two)}\n`;
}
