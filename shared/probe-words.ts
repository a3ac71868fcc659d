import { assertNever } from './assert-never.ts';
import { describeError } from './describe-error.ts';
import { formatEndpoint } from './endpoint.ts';
import type { HopProbe, ProbeAnswer, ProbeNote, ProbeOutcome, ProbeService } from './probe.ts';
import { describeSystemCause } from './system-cause.ts';
import type { TunnelError } from './tunnel-error.ts';

type CertificateShown = Extract<ProbeAnswer, { kind: 'tls' }>['certificate'];

/** What a probe found, in one or two sentences for people. */
export function describeProbe(outcome: ProbeOutcome): string {
  const { tested, answer } = outcome;
  const found = foundWords(outcome);
  if (tested === 'forward' || answer.kind === 'notOpen') return found;
  return `${found} ${TARGET_ONLY}`;
}

/** The same for the way by a second hop. */
export function describeHopProbe(probe: HopProbe): string {
  const { answer, connectMs, entrance } = probe;
  // Where nothing was reached, the hop itself may be why.
  if (connectMs === null && (answer.kind === 'closed' || answer.kind === 'reset'))
    return 'The second hop took the connection and ended it before the target was reached.';
  if (answer.kind === 'otherProgram')
    return `The connection to ${formatEndpoint(entrance)} on the server ended without coming to this forward: another program has that port, or the second hop does not lead here.`;
  if (answer.kind === 'entranceRefused')
    return `The second hop could not be reached at ${formatEndpoint(entrance)} on the server: ${describeSystemCause(answer.detail)}.`;
  return foundWords(probe);
}

/** One line of the conversation, as telnet would show it. */
export interface TranscriptLine {
  /** `sent` and `came` are what went over the wire; `note` is ours. */
  readonly from: 'sent' | 'came' | 'note';
  readonly text: string;
}

/** The conversation itself: what was sent, if anything, and what came back. */
export function probeTranscript({
  sent,
  answer,
}: Pick<ProbeOutcome, 'sent' | 'answer'>): readonly TranscriptLine[] {
  const said: readonly TranscriptLine[] = sent === null ? [] : [{ from: 'sent', text: sent }];
  return [...said, ...answerLines(answer)];
}

/** What a target light says of a probe that reached the target. */
export function probeNote(answer: ProbeAnswer): ProbeNote {
  const hungUp = answer.kind === 'closed' || answer.kind === 'reset';
  return { summary: summaryOf(answer), hungUp };
}

const OWN_SIDE = { here: 'this computer', server: 'the server' } as const;

const TARGET_ONLY =
  'The server does not let Culvert connect to its listener, so only the target was tested, straight from this computer.';

const SERVICE_WORDS: Readonly<Record<ProbeService, string>> = {
  ftp: 'An FTP server',
  http: 'A web server',
  imap: 'An IMAP mail server',
  irc: 'An IRC chat server',
  mysql: 'A MySQL or MariaDB database',
  nntp: 'A news server (NNTP)',
  pop3: 'A POP3 mail server',
  rsync: 'An rsync server',
  sieve: 'A mail filter server (ManageSieve)',
  smtp: 'An SMTP mail server',
  ssh: 'An SSH server',
  telnet: 'A telnet server',
  unknown: 'A service of a kind that Culvert does not know',
  vnc: 'A VNC screen server',
};

function foundWords({ answer, sent, connectMs, firstByteMs }: Omit<HopProbe, 'entrance'>): string {
  switch (answer.kind) {
    case 'banner':
      return `${SERVICE_WORDS[answer.service]} answered${inTime(firstByteMs)}.`;
    case 'http':
      return `A web server answered${inTime(firstByteMs)}.`;
    case 'tls':
      return `A TLS service answered${inTime(firstByteMs)} with a certificate for ${whose(answer.certificate)}. ${trustWords(answer.certificate)}`;
    case 'tlsFailed':
      return `It speaks TLS and answered${inTime(firstByteMs)}, but no TLS session came of it: ${answer.detail}.`;
    case 'silent':
      return sent === null
        ? `It is open (connected${inTime(connectMs)}), but says nothing by itself. Many services wait for their client to speak first.`
        : `It is open (connected${inTime(connectMs)}), but did not answer that.`;
    case 'closed':
      return 'It took the connection and ended it at once, without a word.';
    case 'reset':
      return 'The connection was taken and reset at once, without a word.';
    case 'refused':
      return refusalWords(answer.error);
    case 'timedOut':
      return `The target did not take the connection within ${answer.waitedMs / 1000} s.`;
    case 'entranceRefused':
      return `The listener of this forward could not be reached at ${formatEndpoint(answer.entrance)}: ${describeSystemCause(answer.detail)}.`;
    case 'sourceNotAllowed':
      return `The test comes from ${OWN_SIDE[answer.side]} itself, ${answer.from}, which is not among the allowed sources. So nothing was sent, and nothing is known of the target.`;
    case 'wayForbidden':
      return `The server does not let Culvert connect to its port ${answer.entrance.port}, so the test cannot go this way. That says nothing about the target.`;
    case 'otherProgram':
      return `Another program took the connection: on the server, ${formatEndpoint(answer.entrance)} does not lead to this forward. So nothing is known of the target.`;
    case 'notOpen':
      return 'The tunnel or this forward was not open, so nothing could be tested.';
    default:
      return assertNever(answer);
  }
}

function refusalWords(error: TunnelError): string {
  const { what, advice } = describeError(error);
  return `${what} ${advice}`;
}

function answerLines(answer: ProbeAnswer): readonly TranscriptLine[] {
  switch (answer.kind) {
    case 'banner':
      return [
        { from: 'came', text: answer.text },
        ...(answer.isComplete ? [] : [note('… (more would come)')]),
      ];
    case 'http':
      return [
        { from: 'came', text: answer.statusLine },
        ...(answer.server === null ? [] : [{ from: 'came', text: `Server: ${answer.server}` } as const]),
      ];
    case 'tls':
      return [{ from: 'came', text: certificateLines(answer.protocol, answer.certificate).join('\n') }];
    case 'tlsFailed':
      return [note(answer.detail)];
    case 'silent':
      return [note(`nothing for ${answer.waitedMs / 1000} s`)];
    case 'closed':
      return [note('connection closed by the other side')];
    case 'reset':
      return [note('connection reset by the other side')];
    // The sentence has all that there is to it.
    case 'refused':
    case 'entranceRefused':
    case 'sourceNotAllowed':
    case 'wayForbidden':
    case 'otherProgram':
    case 'timedOut':
    case 'notOpen':
      return [];
    default:
      return assertNever(answer);
  }
}

function certificateLines(protocol: string, shown: CertificateShown): readonly string[] {
  return [
    protocol,
    `subject: ${shown.subject || '(none)'}`,
    ...(shown.names.length === 0 ? [] : [`names: ${shown.names.join(', ')}`]),
    `issuer: ${shown.issuer || '(none)'}`,
    ...(shown.validUntil === null ? [] : [`valid until: ${dayOf(shown.validUntil)}`]),
  ];
}

/** For the middle of a light, with the time behind it: short, and never a sentence. */
function summaryOf(answer: ProbeAnswer): string {
  switch (answer.kind) {
    case 'banner':
      return `said ${cut(answer.text.split('\n')[0] ?? '')}`;
    case 'http':
      return `said ${cut(answer.statusLine)}`;
    case 'tls':
      return `showed a certificate for ${cut(whose(answer.certificate))}`;
    case 'tlsFailed':
      return 'open, TLS failed';
    case 'silent':
      return 'silent but open';
    case 'closed':
    case 'reset':
      return 'hung up at once';
    case 'refused':
    case 'timedOut':
    case 'entranceRefused':
    case 'sourceNotAllowed':
    case 'wayForbidden':
    case 'otherProgram':
    case 'notOpen':
      return 'not reached';
    default:
      return assertNever(answer);
  }
}

/** What fits into a light. */
const MAX_SUMMARY_CHARACTERS = 24;

function cut(text: string): string {
  const characters = [...text];
  if (characters.length <= MAX_SUMMARY_CHARACTERS) return text;
  return `${characters.slice(0, MAX_SUMMARY_CHARACTERS).join('').trimEnd()}…`;
}

function whose({ subject, names }: CertificateShown): string {
  return names[0] ?? (subject || 'nobody');
}

/** OpenSSL's verification codes (X509_verify_cert_error_string(3)) and Node's, which people meet. */
function trustWords({ distrust }: CertificateShown): string {
  switch (distrust) {
    case null:
      return 'This computer trusts it.';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'This computer does not trust it: it is signed by itself.';
    case 'CERT_HAS_EXPIRED':
      return 'This computer does not trust it: it has expired.';
    case 'CERT_NOT_YET_VALID':
      return 'This computer does not trust it: it is not valid yet.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'This computer does not trust it: it is for another name.';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'This computer does not trust it: its issuer is not known here.';
    default:
      return `This computer does not trust it: ${distrust}.`;
  }
}

function inTime(milliseconds: number | null): string {
  if (milliseconds === null) return '';
  return ` in ${milliseconds < 10 ? Math.max(0.1, milliseconds).toFixed(1) : Math.round(milliseconds)} ms`;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function note(text: string): TranscriptLine {
  return { from: 'note', text };
}
