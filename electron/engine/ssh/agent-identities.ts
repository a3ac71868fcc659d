import type { Duplex } from 'node:stream';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { Identity } from './identity.ts';
import { makeServerLineSafe } from './server-text.ts';
import { ssh2 } from './ssh2.ts';

/** The pipe of Windows' own OpenSSH agent. */
const WINDOWS_AGENT_PIPE = '\\\\.\\pipe\\openssh-ssh-agent';

/** An agent that does not list its keys within this time is taken for dead. */
const LIST_TIMEOUT_MS = 10_000;

/** Where the user's SSH agent listens: SSH_AUTH_SOCK (ssh-agent(1)), on Windows else the system's pipe. Null if nowhere. */
export function agentSocket(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.SSH_AUTH_SOCK;
  if (named !== undefined && named !== '') return named;
  return process.platform === 'win32' ? WINDOWS_AGENT_PIPE : null;
}

/** Lists the keys that the agent holds, in its order. Fails with `agentUnavailable` or `agentHasNoKeys`. */
export async function listAgentIdentities(
  socket: string | null,
): Promise<Result<readonly Identity[], TunnelError>> {
  if (socket === null) return fail({ code: 'agentUnavailable', socket: null });
  const agent = ssh2.createAgent(socket);
  const keys = await listKeys(agent).catch(() => null);
  if (keys === null) return fail({ code: 'agentUnavailable', socket });
  if (keys.length === 0) return fail({ code: 'agentHasNoKeys', socket });
  return succeed(
    keys.map((publicKey) => ({
      label: labelOf(publicKey),
      publicKey,
      sign: (data, hash) => signWithAgent(agent, publicKey, data, hash),
    })),
  );
}

/** Asks over a stream of our own, so that an agent that never answers costs no socket. */
function listKeys(agent: BaseAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    let stream: Duplex | undefined;
    let isOver = false;
    const settle = (result: ParsedKey[] | Error) => {
      isOver = true;
      clearTimeout(timer);
      stream?.destroy();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const timer = setTimeout(() => settle(new Error('The agent does not answer.')), LIST_TIMEOUT_MS);
    agent.getStream?.((error, opened) => {
      if (error || !opened) {
        settle(error ?? new Error('The agent cannot be reached.'));
        return;
      }
      stream = opened;
      if (isOver) stream.destroy();
      const protocol = new ssh2.AgentProtocol(true);
      const onEnd = () => settle(new Error('The agent hung up.'));
      protocol.on('error', settle);
      stream.on('error', settle).on('end', onEnd).on('close', onEnd);
      protocol.pipe(stream).pipe(protocol);
      protocol.getIdentities((failure, keys) => {
        settle(failure ?? (keys ?? []).map(parsed).filter((key) => key !== null));
      });
    });
  });
}

/** A key of a kind that ssh2 does not know (FIDO, certificates) is passed over. */
function parsed(key: unknown): ParsedKey | null {
  const result = ssh2.utils.parseKey(key as Buffer) as ParsedKey | Error;
  return result instanceof Error ? null : result;
}

/** The comment is free text, and an agent's keys may come from another computer. */
function labelOf({ comment, type }: ParsedKey): string {
  const safe = makeServerLineSafe(comment, 80);
  return safe === '' ? `agent key (${type})` : `agent key ${safe}`;
}

/** No time limit: the agent may ask its user, who may be slow. */
function signWithAgent(
  agent: BaseAgent,
  key: ParsedKey,
  data: Buffer,
  hash: string | undefined,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = hash === undefined ? {} : { hash: hash as 'sha256' };
    agent.sign(key, data, options, (error, signature) => {
      if (error || !signature) reject(error ?? new Error('The agent gave no signature.'));
      else resolve(signature);
    });
  });
}
