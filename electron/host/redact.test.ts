import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['password=hunter2 and more', 'hunter2'],
    ['{"password":"hunter 2 \\" still","user":"ann"}', 'still'],
    ["passphrase: 'correct horse'", 'correct horse'],
    ['answers: ["123456", "blue"]', '123456'],
    ['Authorization: hunter2', 'hunter2'],
    ['PROXY_PASSWORD=hunter2 foo', 'hunter2'],
    ['--ssh-password=hunter2', 'hunter2'],
    ['socks5://ann:hunter2@proxy:1080', 'hunter2'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----', 'hunter2'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2 cut off', 'hunter2'],
    ['key b3BlbnNzaC1rZXktdjEAAAAABG5vbmUhunter2', 'hunter2'],
  ])('leaves no secret in %j', (text, secret) => {
    const redacted = redact(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[removed]');
  });

  it('leaves the rest of the line alone', () => {
    expect(redact('{"password":"x","user":"ann"}')).toBe('{"password":[removed],"user":"ann"}');
    expect(redact('compass: north')).toBe('compass: north');
    expect(redact('The server took no password.')).toBe('The server took no password.');
    expect(redact('ssh://ann@server:22 refused the connection')).toBe(
      'ssh://ann@server:22 refused the connection',
    );
  });
});
