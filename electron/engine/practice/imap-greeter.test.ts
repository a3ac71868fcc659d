import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { serveImapGreeter } from './imap-greeter.ts';
import { readAll, readUntil } from './practice-fixture.ts';

function greet(): Duplex {
  const [near, far] = duplexPair();
  serveImapGreeter(far);
  return near;
}

/** Says all of it at once, leaves, and returns the answers without the greeting. */
async function converse(said: string | Buffer): Promise<string[]> {
  const stream = greet();
  stream.end(said);
  const [greeting, ...answers] = (await readAll(stream)).split('\r\n').slice(0, -1);
  expect(greeting).toMatch(/^\* OK \[CAPABILITY IMAP4rev1\] Culvert practice server ready/);
  return answers;
}

describe('the IMAP greeter', () => {
  it('greets before it is spoken to', async () => {
    expect(await readUntil(greet(), '\r\n')).toBe(
      '* OK [CAPABILITY IMAP4rev1] Culvert practice server ready. You reached the end of your first tunnel.\r\n',
    );
  });

  it('answers each command under its own tag, with CRLF or LF, in any case', async () => {
    expect(await converse('a1 CAPABILITY\r\nb.2 noop\nc3 NoOp\r\n')).toEqual([
      '* CAPABILITY IMAP4rev1',
      'a1 OK CAPABILITY completed',
      'b.2 OK NOOP completed',
      'c3 OK NOOP completed',
    ]);
  });

  it('refuses every login kindly and repeats nothing of it', async () => {
    const answers = await converse('a LOGIN mia hunter2\r\nb LOGIN {3}\r\n');
    expect(answers).toHaveLength(2);
    expect(answers[0]).toMatch(/^a NO There are no mailboxes here/);
    expect(answers[1]).toMatch(/^b NO /);
    expect(answers.join()).not.toMatch(/mia|hunter2/);
  });

  it('says goodbye on LOGOUT, closes, and answers nothing after it', async () => {
    const answers = await converse('a LOGOUT\r\nb NOOP\r\n');
    expect(answers).toEqual([expect.stringMatching(/^\* BYE /), 'a OK LOGOUT completed']);
  });

  it('answers BAD to what it does not know, and goes on', async () => {
    const answers = await converse(
      '\r\nhello\r\n+ NOOP\r\na* NOOP\r\na SELECT inbox\r\na NOOP now\r\nz NOOP\r\n',
    );
    expect(answers.map((answer) => answer.split(' ').slice(0, 2).join(' '))).toEqual([
      '* BAD',
      '* BAD',
      '* BAD',
      '* BAD',
      'a BAD',
      'a BAD',
      'z OK',
    ]);
  });

  it('puts a line together from single bytes', async () => {
    const stream = greet();
    for (const letter of 'a1 NOOP\r\n') stream.write(letter);
    expect(await readUntil(stream, 'a1 ')).toContain('a1 OK NOOP completed');
    stream.destroy();
  });

  it('closes on a line over 8 KiB, finished or not', async () => {
    const long = `a ${'x'.repeat(8 * 1024)}`;
    for (const said of [long, `${long}\r\nb NOOP\r\n`]) {
      expect(await converse(said)).toEqual(['* BYE That line is too long.']);
    }
  });

  it('closes on a TLS hello instead of leaving that client waiting', async () => {
    const hello = Buffer.from('160301020001000001fc0303', 'hex');
    expect(await converse(hello)).toEqual([expect.stringMatching(/^\* BYE .*TLS/)]);
  });

  it('closes after five idle minutes, which every word starts anew', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stream = greet();
      vi.advanceTimersByTime(4 * 60_000);
      stream.write('a NOOP\r\n');
      await readUntil(stream, 'a OK');
      vi.advanceTimersByTime(4 * 60_000);
      stream.write('b NOOP\r\n');
      await readUntil(stream, 'b OK');
      vi.advanceTimersByTime(5 * 60_000);
      expect(await readAll(stream)).toMatch(/^\* BYE You were idle/);
    } finally {
      vi.useRealTimers();
    }
  });

  it('drops a client that asks and asks and never listens', async () => {
    const [near, far] = duplexPair();
    serveImapGreeter(far);
    near.on('error', () => undefined);
    for (let count = 0; count < 5000 && !far.destroyed; count += 1) {
      near.write('a CAPABILITY\r\n');
      await new Promise(setImmediate);
    }
    expect(far.destroyed).toBe(true);
  });
});
