import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeServiceSchema } from '#shared/probe.ts';
import { recognise } from './recognise.ts';

describe('a greeting', () => {
  it.each([
    ['* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n', 143, 'imap'],
    ['* PREAUTH IMAP4rev1 server logged in as Smith\r\n', 1, 'imap'],
    ['* BYE Too many connections\r\n', 1, 'imap'],
    ['+OK Dovecot ready.\r\n', 110, 'pop3'],
    ['SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', 22, 'ssh'],
    ['220 mail.example.org ESMTP Postfix\r\n', 1, 'smtp'],
    ['220 ProFTPD Server\r\n', 1, 'ftp'],
    ['220 example.org ready\r\n', 25, 'smtp'],
    ['220 example.org ready\r\n', 21, 'ftp'],
    ['220 example.org ready\r\n', 4000, 'unknown'],
    ['HTTP/1.1 408 Request Timeout\r\n', 1, 'http'],
    ['200 news.example.org InterNetNews NNRP server INN 2.7 ready\r\n', 119, 'nntp'],
    ['RFB 003.008\n', 5900, 'vnc'],
    [':irc.example.org NOTICE * :*** Looking up your hostname\r\n', 6667, 'irc'],
    ['@RSYNCD: 31.0\n', 873, 'rsync'],
    ['"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n', 4190, 'sieve'],
    ['hello\r\n', 143, 'unknown'],
    ['SSHX\r\n', 22, 'unknown'],
  ])('%j at port %i is that of %s', (text, port, service) => {
    expect(recognise(Buffer.from(text), port)).toMatchObject({ service, isComplete: true });
  });

  it('of telnet is negotiation in bytes, with no line', () => {
    expect(recognise(Buffer.from([0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20]), 23)).toEqual({
      service: 'telnet',
      text: '\\xff\\xfd\\x18\\xff\\xfd ',
      isComplete: true,
    });
  });

  it('of MySQL is binary, and its version is shown', () => {
    const packet = Buffer.concat([
      Buffer.from([0x4a, 0, 0, 0, 0x0a]),
      Buffer.from('8.0.36-Debian\x1b\0'),
      Buffer.alloc(0x4a - 16),
    ]);
    expect(recognise(packet, 1)).toEqual({ service: 'mysql', text: '8.0.36-Debian\\x1b', isComplete: true });
  });

  it('of MySQL can be a complaint', () => {
    const words = "Host '10.0.0.9' is not allowed to connect to this MariaDB server";
    const packet = Buffer.concat([
      Buffer.from([words.length + 3, 0, 0, 0, 0xff, 0x6a, 0x04]),
      Buffer.from(words),
    ]);
    expect(recognise(packet, 3306)).toEqual({ service: 'mysql', text: words, isComplete: true });
  });

  it.each(['220-mx.example.org ESMTP\r\n', '* OK half a li', 'SSH-2.0-dr'])('%j goes on', (text) => {
    expect(recognise(Buffer.from(text), 25).isComplete).toBe(false);
  });

  it('of any bytes gives a known service and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(65535), (bytes, port) => {
        probeServiceSchema.parse(recognise(Buffer.from(bytes), port).service);
      }),
    );
  });
});
