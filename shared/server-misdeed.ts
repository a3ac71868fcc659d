import { z } from 'zod';
import { assertNever } from './assert-never.ts';

/** What a server did that no honest one does: the session ends at once, since what follows cannot be believed. */
export const serverMisdeedSchema = z.enum([
  /** It sent more than the window it was given (RFC 4254 section 5.2). */
  'windowOverrun',
  /** It sent more in one packet than it was allowed (RFC 4254 section 5.1). */
  'packetTooLarge',
  /** It spoke on a channel that does not exist. */
  'unknownChannel',
  /** It answered a login that was not asked for. */
  'unaskedAnswer',
  /** Messages without content, without end: debug, ignore, unimplemented, answers that nobody waits for. */
  'chatter',
  /** Requests that all want an answer, without end. */
  'requestFlood',
  /** Channels that nobody asked for, without end; or more of those asked for than it reads our answers to. */
  'channelFlood',
  /** New keys again and again, with nothing in between. */
  'rekeyStorm',
  /** A round of questions that nobody could answer, for their number. */
  'tooManyQuestions',
  /** A login that goes on for ever. */
  'endlessLogin',
]);

export type ServerMisdeed = z.output<typeof serverMisdeedSchema>;

/** Puts it in words, to stand behind the server's name. */
export function misdeedWords(misdeed: ServerMisdeed): string {
  switch (misdeed) {
    case 'windowOverrun':
      return 'sent more than it was allowed to';
    case 'packetTooLarge':
      return 'sent a packet larger than it was allowed to';
    case 'unknownChannel':
      return 'spoke on a channel that does not exist';
    case 'unaskedAnswer':
      return 'answered a login that was not asked for';
    case 'chatter':
      return 'sent empty messages without end';
    case 'requestFlood':
      return 'sent requests without end';
    case 'channelFlood':
      return 'opened channels that nobody asked for, without end';
    case 'rekeyStorm':
      return 'asked for new keys again and again';
    case 'tooManyQuestions':
      return 'asked more questions at once than anybody could answer';
    case 'endlessLogin':
      return 'never came to the end of the login';
    default:
      return assertNever(misdeed);
  }
}
