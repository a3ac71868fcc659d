import { assertNever } from '#shared/assert-never.ts';
import type { HopFailure } from '#shared/tunnel-error.ts';
import type { Channel, ChannelSource } from '../../forward/channel-source.ts';
import { makeServerLineSafe } from '../../ssh/server-text.ts';
import { type CommandRefusal, openCommand } from '../open-command.ts';
import { shellCommand } from '../shell-command.ts';
import { textAfterLine } from '../whole-line.ts';
import { type HopCondition, HopConditionWatch } from './hop-condition.ts';
import { HOP_BEAT_MS } from './hop-script.ts';
import { readHopLine, readHopWords } from './hop-words.ts';
import { LineEar } from './line-ear.ts';

/** How long the server may take to start the program, or to let it end, in milliseconds. */
const START_TIMEOUT_MS = 15_000;

/** Of what the hop says; socat tells of every connection, so only the beginning is kept. */
const MAX_SAID_CHARACTERS = 8_192;

/** Why a hop ended; `detail` is fit for the screen. */
export interface HopEnd {
  readonly reason: HopFailure;
  readonly detail: string;
}

/** One run of the program on the server, from the command to the close of its channel. */
export class RunningHop {
  /** Resolves once it listens, or never. */
  readonly listening: Promise<void>;
  /** Resolves once it is over, however it came to be. */
  readonly ended: Promise<HopEnd>;
  readonly #source: ChannelSource;
  readonly #script: string;
  /** Proves that the server runs what it is asked to; only then does it get the script. */
  readonly #shell = shellCommand();
  #resolveListening: () => void = () => {};
  #resolveEnded: (end: HopEnd) => void = () => {};
  #channel: Channel | null = null;
  #said = '';
  readonly #onCondition: (condition: HopCondition) => void;
  readonly #condition = new HopConditionWatch();
  #isListening = false;
  #beats: NodeJS.Timeout | undefined;
  #startTimer: NodeJS.Timeout | undefined;
  #isEnding = false;
  /** Nothing was heard in time: the server is slow, and may not be so later. */
  #wasSilent = false;

  /** `onCondition` is called at every beat while it listens. */
  constructor(source: ChannelSource, script: string, onCondition: (condition: HopCondition) => void) {
    this.#source = source;
    this.#script = script;
    this.#onCondition = onCondition;
    this.listening = new Promise((resolve) => {
      this.#resolveListening = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const stopWatching = source.onLost(() => this.#finish({ reason: 'ended', detail: '' }));
    void this.ended.then(stopWatching);
    this.#startTimer = setTimeout(() => this.#giveUp(), START_TIMEOUT_MS);
    void this.#start();
  }

  /** Ends its input, which it watches. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    clearTimeout(this.#startTimer);
    clearInterval(this.#beats);
    if (this.#channel && !this.#source.isLost()) this.#channel.end();
    // A server that lets nothing end is not waited for.
    this.#startTimer = setTimeout(() => this.#abandon(), START_TIMEOUT_MS);
  }

  #giveUp(): void {
    this.#wasSilent = this.#said === '';
    this.end();
  }

  async #start(): Promise<void> {
    const opened = await openCommand(this.#source, this.#shell.command);
    if (!opened.ok) {
      this.#finish(explainRefusal(opened.error));
      return;
    }
    const channel = opened.value;
    this.#channel = channel;
    channel.on('error', () => {}); // 'close' follows and says all that matters
    for (const output of [channel, channel.stderr]) {
      const ear = new LineEar((line) => this.#hearLine(line));
      output.on('data', (chunk: Buffer) => {
        const text = chunk.toString('latin1');
        this.#hear(text);
        ear.hear(text);
      });
    }
    channel.once('close', () => this.#finish(this.#explainEnd()));
    if (this.#isEnding) channel.end();
  }

  #feed(channel: Channel): void {
    channel.write(this.#script);
    this.#beats = setInterval(() => this.#beat(channel), HOP_BEAT_MS);
  }

  #beat(channel: Channel): void {
    if (this.#source.isLost()) return;
    channel.write('\n');
    if (this.#isListening) this.#onCondition(this.#condition.atBeat());
  }

  #hearLine(text: string): void {
    const line = readHopLine(text);
    if (line.kind === 'ended') this.end();
    else this.#condition.note(line);
  }

  #hear(text: string): void {
    this.#condition.heard();
    if (this.#said.length >= MAX_SAID_CHARACTERS) return;
    this.#said += text;
    if (this.#beats === undefined) {
      const after = textAfterLine(this.#said, this.#shell.readyLine);
      if (after === null || this.#isEnding || !this.#channel) return;
      this.#said = after;
      this.#feed(this.#channel);
    }
    const words = readHopWords(this.#said);
    if (words.kind === 'failed') this.end();
    if (words.kind !== 'listening' || this.#isEnding) return;
    clearTimeout(this.#startTimer);
    this.#isListening = true;
    this.#resolveListening();
  }

  #explainEnd(): HopEnd {
    if (this.#wasSilent) return { reason: 'ended', detail: '' };
    if (this.#beats === undefined) {
      return { reason: 'noCommands', detail: makeServerLineSafe(lastLine(this.#said)) };
    }
    const words = readHopWords(this.#said);
    const detail = makeServerLineSafe(words.kind === 'failed' ? words.detail : lastLine(this.#said));
    if (/address already in use/i.test(detail)) return { reason: 'portInUse', detail };
    if (/permission denied/i.test(detail) && words.kind === 'failed')
      return { reason: 'portNeedsPrivilege', detail };
    return { reason: 'ended', detail: words.kind === 'listening' ? '' : detail };
  }

  #abandon(): void {
    if (this.#channel && !this.#source.isLost()) this.#channel.close();
    this.#finish({ reason: 'ended', detail: '' });
  }

  #finish(end: HopEnd): void {
    clearInterval(this.#beats);
    clearTimeout(this.#startTimer);
    this.#isEnding = true;
    this.#resolveEnded(end);
  }
}

function explainRefusal(refusal: CommandRefusal): HopEnd {
  switch (refusal.reason) {
    case 'refused':
      return { reason: 'noCommands', detail: makeServerLineSafe(refusal.message) };
    case 'busy':
      return { reason: 'busy', detail: '' };
    case 'sessionLost':
      return { reason: 'ended', detail: '' };
    default:
      return assertNever(refusal);
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
