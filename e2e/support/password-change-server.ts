import { once } from 'node:events';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { findFreePort } from './free-port.ts';
import { createHostKey, knownHostsLines } from './host-keys.ts';

/** What such a server does with a new password. */
export type Verdict = 'accept' | 'refuse' | 'askAnother' | 'askMore';

export interface PasswordChangeServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  knownHosts(): string;
  /** The pairs of old and new passwords that came, in order. */
  readonly changes: readonly (readonly [string, string])[];
  /** How many wrong passwords came. */
  refusals(): number;
  /** Ends every session. */
  hangUp(): void;
  close(): Promise<void>;
}

/**
 * An imitation, on ssh2, of a server that wants an expired password changed by SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252,
 * section 8), as some appliances do: the real sshd does it in a keyboard-interactive login. `verdicts` are given in turn;
 * `words` is what it says first.
 */
export async function startPasswordChangeServer(
  oldPassword: string,
  verdicts: readonly Verdict[],
  words = '\u001b[31mYour password has run out.',
): Promise<PasswordChangeServer> {
  const [host, user] = ['127.0.0.1', 'expired'];
  const hostKey = await createHostKey('ed25519');
  const changes: (readonly [string, string])[] = [];
  const clients = new Set<ssh2.Connection>();
  let refusals = 0;
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      if (context.method === 'keyboard-interactive') {
        context.prompt([{ prompt: 'Code', echo: false }], 'One more', '', () => context.accept());
        return;
      }
      if (context.method !== 'password') return context.reject(['password']);
      if (context.password !== oldPassword) {
        refusals += 1;
        return context.reject(['password']);
      }
      const wish = (text: string) => context.requestChange(text, (fresh) => judge(fresh));
      const judge = (fresh: string) => {
        changes.push([context.password, fresh]);
        // ssh2's server counts the changed password as a second request, too, and would then take no answers.
        (client as unknown as { _protocol: { _authsQueue: string[] } })._protocol._authsQueue.shift();
        switch (verdicts[changes.length - 1] ?? 'refuse') {
          case 'accept':
            return context.accept();
          case 'askMore':
            return context.reject(['keyboard-interactive'], true);
          case 'askAnother':
            return wish('Too short.');
          case 'refuse':
            return context.reject(['password']);
        }
      };
      wish(words);
    });
    client.on('ready', () => {});
  });
  const port = await findFreePort(host);
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    host,
    port,
    user,
    changes,
    refusals: () => refusals,
    hangUp: () => {
      for (const client of clients) client.end();
    },
    knownHosts: () => knownHostsLines(host, port, [hostKey]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.end();
      }),
  };
}
