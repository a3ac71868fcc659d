import type { ConfigForward, ConfigHost } from '#shared/config-host.ts';
import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { concernsOf } from './concerns.ts';
import type { ConfigFrame } from './config-frame.ts';
import { shownPath } from './expand-tokens.ts';
import type { ForwardSpec, SpecEnd } from './forward-spec.ts';
import { answerFor, type HostAnswer } from './host-answer.ts';
import { resolveHost } from './resolve-host.ts';

/**
 * What a profile can take over from the configuration for one Host, and what it cannot. Fails with `invalid` where ssh would
 * refuse the files. Runs no command: a `Match exec` counts as failed, and is among the concerns.
 */
export function readConfigHost(host: string, frame: ConfigFrame): Result<ConfigHost, CommandError> {
  const { files, home, localUser, userFile, systemFile } = frame;
  const resolved = resolveHost({ host, localUser, home, userFile, systemFile, ran: new Map() }, files);
  const refusal = resolved.problems.find(({ kind }) => kind === 'refused');
  if (refusal) {
    const file = shownPath(refusal.file, home);
    const place = refusal.line === 0 ? file : `${file}, line ${refusal.line}`;
    return fail({
      code: 'invalid',
      message: `ssh would refuse this configuration. ${place}: ${refusal.text}`,
    });
  }
  const answered = answerFor(resolved.settings, { ...frame, host });
  if (!answered.ok) return fail({ code: 'invalid', message: answered.error });
  const answer = answered.value;
  const { hostName, port, user, identityFiles } = answer;
  const forwards = answer.forwards
    .map((spec) => takenOver(spec, answer))
    .filter((forward) => forward !== null);
  const [keyFile, ...otherKeyFiles] = identityFiles ?? [];
  return succeed({
    host,
    server: { host: hostName, port, user },
    keyFile: otherKeyFiles.length === 0 ? (keyFile ?? null) : null,
    forwards: forwards.slice(0, 100),
    concerns: concernsOf(resolved, answer, forwards.length)
      .slice(0, 200)
      .map((concern) => ({ ...concern, file: shownPath(concern.file, home) })),
  });
}

/** Null for what no profile can have yet: ends that are sockets in the file system, and a SOCKS proxy at the far end. */
function takenOver(
  { kind, listen, target }: ForwardSpec,
  { gatewayPorts }: HostAnswer,
): ConfigForward | null {
  if (listen.kind === 'path') return null;
  const bind = { address: bindAddress(kind, listen, gatewayPorts), port: listen.port };
  if (kind === 'dynamic') return { kind, bind };
  if (target === 'socks' || target.kind === 'path') return null;
  return { kind, bind, target: { host: target.host ?? '', port: target.port } };
}

/** An empty address is every one, as `*` is; none at all is loopback, unless GatewayPorts says otherwise on this side. */
function bindAddress(
  kind: ForwardSpec['kind'],
  { host }: Extract<SpecEnd, { kind: 'tcp' }>,
  gatewayPorts: boolean,
): string {
  if (host !== null) return host === '' ? '*' : host;
  return gatewayPorts && kind !== 'remote' ? '*' : 'localhost';
}
