import { serveImapGreeter } from '../../electron/engine/practice/imap-greeter.ts';
import type { Machine } from './machine.ts';
import { type PublishedPort, publish } from './published-port.ts';

/** Where mail is read in plain words (RFC 3501). */
export const IMAP_PORT = 143;
/** The article's file server speaks AFP, whose client speaks first; FTP's greets, so that telnet sees who is there. */
export const FILES_PORT = 21;
/** What the file server greets with: the article's "authentication challenge". */
export const FILES_CHALLENGE = '220 The file server at work. Who are you?';

/** The IMAP server of the first case: greets, and takes a password in plain text. */
export function startMailServer(mail: Machine): Promise<PublishedPort> {
  return publish(mail, IMAP_PORT, serveImapGreeter);
}

/** The file server of the second case. */
export function startFileServer(files: Machine): Promise<PublishedPort> {
  return publish(files, FILES_PORT, (client) => {
    client.write(`${FILES_CHALLENGE}\r\n`);
    client.resume().on('end', () => client.end());
  });
}
