import type { AgentKey } from '#shared/contract/agent.ts';
import type { CommandError } from '#shared/contract/command.ts';
import { describeError } from '#shared/describe-error.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { AgentClient } from './agent-client.ts';
import { findAgentSocket } from './agent-socket.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keyType, loginKey } from './login-key.ts';
import { makeServerLineSafe } from './server-text.ts';

/** Lists the keys of an agent for a person to choose from: those that a login can be made with, in the agent's order. */
export async function listAgentKeys(
  socket: string,
): Promise<Result<{ readonly keys: AgentKey[] }, CommandError>> {
  const found = findAgentSocket(socket);
  if (!found.ok) return fail({ code: 'unavailable', message: describeError(found.error).what });
  const keys = await new AgentClient(found.value).list().catch(() => null);
  if (keys === null) {
    const error = { code: 'agentUnavailable', socket: found.value } as const;
    return fail({ code: 'unavailable', message: describeError(error).what });
  }
  return succeed({
    keys: keys
      .filter(({ blob }) => loginKey(blob) !== null)
      .map(({ blob, comment }) => ({
        type: keyType(blob),
        publicKey: blob.toString('base64'),
        comment: makeServerLineSafe(comment, 200),
        fingerprint: fingerprintOf(blob),
      })),
  });
}
