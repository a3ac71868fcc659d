import { once } from 'node:events';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { findFreePort } from './free-port.ts';
import { createHostKey, type HostKey, knownHostsLines } from './host-keys.ts';

/** What one round shows, and the answers it takes: one for each prompt, all of them right or the login fails. */
export interface PromptRound {
  readonly name?: string;
  readonly instructions?: string;
  readonly prompts: readonly { readonly prompt: string; readonly echo: boolean }[];
  readonly answers: readonly string[];
}

export interface KeyboardInteractiveServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeys: readonly HostKey[];
  knownHosts(): string;
  /** How many clients answered every round right. */
  logins(): number;
  /** The answers to every round, in order of coming. */
  readonly given: readonly (readonly string[])[];
  close(): Promise<void>;
}

/**
 * An imitation, on ssh2, for what the real sshd's PAM cannot ask: several prompts in one round, answers that are
 * echoed, a name, a round without a prompt (RFC 4256 sections 3.2 and 3.4). It takes logins and nothing else.
 * For plain rounds take {@link startSshd}, which is real.
 */
export async function startKeyboardInteractiveServer(
  rounds: readonly PromptRound[],
): Promise<KeyboardInteractiveServer> {
  const [host, user] = ['127.0.0.1', 'prompted'];
  const hostKey = await createHostKey('ed25519');
  const clients = new Set<ssh2.Connection>();
  const given: (readonly string[])[] = [];
  let logins = 0;
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    clients.add(client);
    // A client that hangs up is one that gave up: `close` follows.
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      if (context.method !== 'keyboard-interactive') context.reject(['keyboard-interactive']);
      else askRound(context, rounds, 0, (answers) => given.push(answers));
    });
    client.on('ready', () => {
      logins += 1;
    });
  });
  const port = await findFreePort(host);
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    host,
    port,
    user,
    hostKeys: [hostKey],
    knownHosts: () => knownHostsLines(host, port, [hostKey]),
    logins: () => logins,
    given,
    close: () =>
      new Promise((resolve) => {
        // Closed already: its callback says so with an error, which is as good.
        server.close(() => resolve());
        for (const client of clients) client.end();
      }),
  };
}

function askRound(
  context: ssh2.KeyboardAuthContext,
  rounds: readonly PromptRound[],
  index: number,
  take: (answers: readonly string[]) => void,
): void {
  const round = rounds[index];
  if (round === undefined) {
    context.accept();
    return;
  }
  const { name = '', instructions = '', prompts, answers } = round;
  context.prompt([...prompts], name, instructions, (given) => {
    take(given);
    const isRight = given.length === answers.length && given.every((each, at) => each === answers[at]);
    if (isRight) askRound(context, rounds, index + 1, take);
    else context.reject(['keyboard-interactive']);
  });
}
