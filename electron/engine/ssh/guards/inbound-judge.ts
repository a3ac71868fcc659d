import type { ServerMisdeed } from '#shared/server-misdeed.ts';
import type { ClientInside } from './client-inside.ts';
import { MESSAGE } from './message-numbers.ts';
import { PayloadReader } from './payload-reader.ts';
import { RekeyWatch } from './rekey-watch.ts';
import { TalkBudget } from './talk-budget.ts';

/** What ssh2 allows in one packet; it says so when it opens a channel. */
const LARGEST_DATA_BYTES = 32 * 1024;

/** Questions of one round that a person can be asked. PAM asks one or two, and has room for 32 (PAM_MAX_NUM_MSG). */
const MOST_QUESTIONS = 32;

/** Refusals, and rounds of questions, of one login: sshd hangs up after six (sshd_config(5), MaxAuthTries). */
const MOST_LOGIN_ANSWERS = 64;

/** With more than this unread, what calls for one more answer counts as empty talk. */
const UNREAD_ANSWERS_BYTES = 1024 * 1024;

const STDERR = 1;

/** For the messages from SSH_MSG_CHANNEL_OPEN_CONFIRMATION to SSH_MSG_CHANNEL_FAILURE. */
const RECIPIENT_AT = 1;
const DATA_LENGTH_AT = 5;
const EXTENDED_TYPE_AT = 5;
const EXTENDED_LENGTH_AT = 9;

/**
 * Judges each message of a server before ssh2 sees it. ssh2 trusts its server: it tests a channel's window for zero only, answers
 * what it is asked however often, passes over what makes no sense, and goes on with a login at answers that it is not owed.
 *
 * It looks at numbers and lengths alone, and at names where those decide; whether a message is well formed is for ssh2 to find.
 */
export class InboundJudge {
  readonly #client: ClientInside;
  readonly #budget = new TalkBudget();
  readonly #rekeys = new RekeyWatch();
  #loginAnswers = 0;
  #hasService = false;

  constructor(client: ClientInside) {
    this.#client = client;
  }

  /** Null for what an honest server may say now. */
  judge(payload: Buffer): ServerMisdeed | null {
    const type = payload[0];
    if (type === MESSAGE.channelData) return this.#judgeData(payload, DATA_LENGTH_AT);
    switch (type) {
      case MESSAGE.disconnect:
        return null;
      case MESSAGE.kexInit:
        return this.#rekeys.begins(this.#bytesCarried()) ? null : 'rekeyStorm';
      case MESSAGE.serviceAccept:
        return this.#judgeServiceAccept();
      case MESSAGE.loginFailure:
        return this.#judgeLoginAnswer(this.#client._protocol._authsQueue.length > 0);
      case MESSAGE.loginSuccess:
        return this.#client._protocol._authsQueue.length > 0 && !this.#client._protocol._authenticated
          ? null
          : 'unaskedAnswer';
      case MESSAGE.loginMethodFirst:
        return this.#judgeLoginMethod(payload);
      case MESSAGE.globalRequest:
        return this.#spend(payload, 'requestFlood');
      case MESSAGE.requestSuccess:
      case MESSAGE.requestFailure:
        return this.#client._callbacks.length > 0 ? null : this.#spend(payload, 'chatter');
      case MESSAGE.channelOpen:
        return this.#judgeChannelOpen(payload);
      case MESSAGE.channelExtendedData:
        return this.#judgeExtendedData(payload);
      case MESSAGE.channelRequest:
        return this.#judgeChannel(payload) ?? this.#spend(payload, 'requestFlood');
      case MESSAGE.channelSuccess:
      case MESSAGE.channelFailure:
        return this.#judgeChannelReply(payload);
      default:
        if (type === undefined || !isOnChannel(type)) {
          // The exchange itself (20 to 49) has an end of its own; all else that ssh2 knows is empty talk.
          return type !== undefined && type >= 20 && type < 50 ? null : this.#spend(payload, 'chatter');
        }
        return this.#judgeChannel(payload);
    }
  }

  #spend(payload: Buffer, otherwise: ServerMisdeed): ServerMisdeed | null {
    return this.#budget.spend(payload.length) ? null : otherwise;
  }

  #bytesCarried(): number {
    const { bytesRead = 0, bytesWritten = 0 } = this.#client._sock;
    return bytesRead + bytesWritten;
  }

  #channelOf(payload: Buffer) {
    if (payload.length < RECIPIENT_AT + 4) return undefined;
    const { _channels: channels } = this.#client._chanMgr;
    const id = payload.readUInt32BE(RECIPIENT_AT);
    return Object.hasOwn(channels, id) ? channels[id] : undefined;
  }

  /** ssh2 passes over it, and throws at the highest number. An honest server says nothing after its CLOSE. */
  #judgeChannel(payload: Buffer): ServerMisdeed | null {
    return this.#channelOf(payload) === undefined ? 'unknownChannel' : null;
  }

  #judgeData(payload: Buffer, lengthAt: number): ServerMisdeed | null {
    const channel = this.#channelOf(payload);
    if (typeof channel !== 'object') return 'unknownChannel';
    const length = payload.length < lengthAt + 4 ? 0 : payload.readUInt32BE(lengthAt);
    if (length > LARGEST_DATA_BYTES) return 'packetTooLarge';
    return length > channel.incoming.window ? 'windowOverrun' : null;
  }

  #judgeExtendedData(payload: Buffer): ServerMisdeed | null {
    const misdeed = this.#judgeData(payload, EXTENDED_LENGTH_AT);
    if (misdeed !== null) return misdeed;
    // ssh2 drops any other kind, and counts it against no window.
    const isKnown =
      payload.length >= EXTENDED_TYPE_AT + 4 && payload.readUInt32BE(EXTENDED_TYPE_AT) === STDERR;
    return isKnown ? null : this.#spend(payload, 'chatter');
  }

  #judgeChannelReply(payload: Buffer): ServerMisdeed | null {
    const channel = this.#channelOf(payload);
    if (channel === undefined) return 'unknownChannel';
    const isOwed = typeof channel === 'object' && channel._callbacks.length > 0;
    return isOwed ? null : this.#spend(payload, 'chatter');
  }

  #judgeChannelOpen(payload: Buffer): ServerMisdeed | null {
    const isWelcome = this.#askedFor(payload) && this.#client._sock.writableLength <= UNREAD_ANSWERS_BYTES;
    return isWelcome ? null : this.#spend(payload, 'channelFlood');
  }

  #askedFor(payload: Buffer): boolean {
    const reader = new PayloadReader(payload);
    const type = reader.text();
    if (type === 'auth-agent@openssh.com') return this.#client._agentFwdEnabled;
    if (type !== 'forwarded-tcpip') return false;
    for (const _ of ['sender', 'window', 'packet size']) reader.uint32();
    return Object.hasOwn(this.#client._forwarding, `${reader.text()}:${reader.uint32()}`);
  }

  // A server that answers what was not asked would have ssh2 begin the next method beside the present one.

  #judgeServiceAccept(): ServerMisdeed | null {
    if (this.#hasService) return 'unaskedAnswer';
    this.#hasService = true;
    return null;
  }

  #judgeLoginAnswer(isOwed: boolean): ServerMisdeed | null {
    if (!isOwed || this.#client._protocol._authenticated) return 'unaskedAnswer';
    this.#loginAnswers += 1;
    return this.#loginAnswers <= MOST_LOGIN_ANSWERS ? null : 'endlessLogin';
  }

  #judgeLoginMethod(payload: Buffer): ServerMisdeed | null {
    const [method] = this.#client._protocol._authsQueue;
    const misdeed = this.#judgeLoginAnswer(method !== undefined);
    if (misdeed !== null || method !== 'keyboard-interactive') return misdeed;
    const reader = new PayloadReader(payload);
    for (const _ of ['name', 'instruction', 'language']) reader.text();
    // Before ssh2 makes an array of that many.
    return reader.uint32() > MOST_QUESTIONS ? 'tooManyQuestions' : null;
  }
}

/** Claims that the message names one of our channels. */
function isOnChannel(type: number): boolean {
  return type >= MESSAGE.channelOpenConfirmation && type <= MESSAGE.channelFailure;
}
