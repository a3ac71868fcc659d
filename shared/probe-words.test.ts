import { describe, expect, it } from 'vitest';
import { type ProbeAnswer, type ProbeOutcome, probeNoteSchema } from './probe.ts';
import { describeHopProbe, describeProbe, probeNote, probeTranscript } from './probe-words.ts';
import { ALL_TUNNEL_ERRORS } from './tunnel-error-samples.ts';

const certificate = {
  subject: 'imap.example.org',
  names: ['imap.example.org', 'mail.example.org'],
  issuer: 'Example CA',
  validUntil: Date.UTC(2027, 0, 31),
  distrust: null,
};
const banner: ProbeAnswer = { kind: 'banner', service: 'imap', text: '* OK ready', isComplete: true };

function outcome(answer: ProbeAnswer, change: Partial<ProbeOutcome> = {}): ProbeOutcome {
  return { at: 0, tested: 'forward', sent: null, connectMs: 3.4, firstByteMs: 12.4, answer, ...change };
}

describe('the words for a probe', () => {
  it.each<[ProbeAnswer, string, string]>([
    [banner, 'An IMAP mail server answered in 12 ms.', 'said * OK ready'],
    [
      { kind: 'http', statusLine: 'HTTP/1.1 200 OK', server: null },
      'A web server answered in 12 ms.',
      'said HTTP/1.1 200 OK',
    ],
    [
      { kind: 'tls', protocol: 'TLSv1.3', certificate },
      'A TLS service answered in 12 ms with a certificate for imap.example.org. This computer trusts it.',
      'showed a certificate for imap.example.org',
    ],
    [
      { kind: 'tls', protocol: 'TLSv1.3', certificate: { ...certificate, distrust: 'CERT_HAS_EXPIRED' } },
      'A TLS service answered in 12 ms with a certificate for imap.example.org. This computer does not trust it: it has expired.',
      'showed a certificate for imap.example.org',
    ],
    [
      { kind: 'tlsFailed', detail: 'unsupported protocol' },
      'It speaks TLS and answered in 12 ms, but no TLS session came of it: unsupported protocol.',
      'open, TLS failed',
    ],
    [
      { kind: 'silent', waitedMs: 2000 },
      'It is open (connected in 3.4 ms), but says nothing by itself. Many services wait for their client to speak first.',
      'silent but open',
    ],
    [{ kind: 'closed' }, 'It took the connection and ended it at once, without a word.', 'hung up at once'],
    [
      {
        kind: 'refused',
        error: { code: 'targetRefused', target: { host: 'imap', port: 143 }, detail: 'Connection refused' },
      },
      'imap:143 could not be reached from the tunnel’s end: Connection refused. Check that the service runs there, and its host and port.',
      'not reached',
    ],
    [
      { kind: 'timedOut', waitedMs: 5000 },
      'The target did not take the connection within 5 s.',
      'not reached',
    ],
    [
      { kind: 'sourceNotAllowed', side: 'server', from: '127.0.0.1' },
      'The test comes from the server itself, 127.0.0.1, which is not among the allowed sources. So nothing was sent, and nothing is known of the target.',
      'not reached',
    ],
    [
      { kind: 'sourceNotAllowed', side: 'here', from: '192.0.2.5' },
      'The test comes from this computer itself, 192.0.2.5, which is not among the allowed sources. So nothing was sent, and nothing is known of the target.',
      'not reached',
    ],
    [
      { kind: 'wayForbidden', entrance: { host: '127.0.0.1', port: 43000 } },
      'The server does not let Culvert connect to its port 43000, so the test cannot go this way. That says nothing about the target.',
      'not reached',
    ],
    [
      { kind: 'otherProgram', entrance: { host: 'localhost', port: 42000 } },
      'Another program took the connection: on the server, localhost:42000 does not lead to this forward. So nothing is known of the target.',
      'not reached',
    ],
    [
      { kind: 'entranceRefused', entrance: { host: '::1', port: 80 }, detail: 'ECONNREFUSED' },
      'The listener of this forward could not be reached at [::1]:80: connection refused.',
      'not reached',
    ],
  ])('%o', (answer, sentence, summary) => {
    expect(describeProbe(outcome(answer))).toBe(sentence);
    expect(probeNote(answer).summary).toBe(summary);
  });

  it('say what was not tested', () => {
    expect(describeProbe(outcome(banner, { tested: 'targetOnly' }))).toBe(
      'An IMAP mail server answered in 12 ms. The server does not let Culvert connect to its listener, so only the target was tested, straight from this computer.',
    );
  });

  it('tell the way by a second hop from the hop itself', () => {
    const entrance = { host: '127.0.0.1', port: 43000 };
    const byHop = (answer: ProbeAnswer, connectMs: number | null) =>
      describeHopProbe({ entrance, sent: null, connectMs, firstByteMs: 12.4, answer });
    expect(byHop(banner, 3.4)).toBe('An IMAP mail server answered in 12 ms.');
    expect(byHop({ kind: 'closed' }, 3.4)).toBe(
      'It took the connection and ended it at once, without a word.',
    );
    expect(byHop({ kind: 'closed' }, null)).toBe(
      'The second hop took the connection and ended it before the target was reached.',
    );
    expect(byHop({ kind: 'entranceRefused', entrance, detail: 'Connection refused' }, null)).toBe(
      'The second hop could not be reached at 127.0.0.1:43000 on the server: Connection refused.',
    );
  });

  it('do not call a service silent by itself that was spoken to', () => {
    const silent: ProbeAnswer = { kind: 'silent', waitedMs: 2500 };
    expect(describeProbe(outcome(silent, { sent: 'HEAD / HTTP/1.1' }))).toBe(
      'It is open (connected in 3.4 ms), but did not answer that.',
    );
  });

  it('show the conversation as telnet would', () => {
    const answer: ProbeAnswer = { kind: 'http', statusLine: 'HTTP/1.1 200 OK', server: 'nginx' };
    expect(probeTranscript(outcome(answer, { sent: 'HEAD / HTTP/1.1' }))).toEqual([
      { from: 'sent', text: 'HEAD / HTTP/1.1' },
      { from: 'came', text: 'HTTP/1.1 200 OK' },
      { from: 'came', text: 'Server: nginx' },
    ]);
    expect(probeTranscript(outcome({ ...banner, isComplete: false })).at(-1)?.from).toBe('note');
    expect(probeTranscript(outcome({ kind: 'tls', protocol: 'TLSv1.3', certificate }))).toEqual([
      {
        from: 'came',
        text: [
          'TLSv1.3',
          'subject: imap.example.org',
          'names: imap.example.org, mail.example.org',
          'issuer: Example CA',
          'valid until: 2027-01-31',
        ].join('\n'),
      },
    ]);
  });

  it('are short enough for a light, whatever was said, and there for every error', () => {
    const long = { ...banner, text: '\u{1f600}'.repeat(1000) };
    expect(probeNoteSchema.parse(probeNote(long)).summary).toBe(`said ${'\u{1f600}'.repeat(24)}…`);
    for (const error of ALL_TUNNEL_ERRORS) {
      expect(describeProbe(outcome({ kind: 'refused', error }))).not.toBe('');
      probeTranscript(outcome({ kind: 'refused', error }));
    }
  });
});
