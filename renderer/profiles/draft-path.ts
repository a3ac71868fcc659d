import { splitSources } from '#shared/allowed-sources.ts';
import { formatHost, readHost } from '#shared/endpoint.ts';
import { normalizeSource } from '#shared/source-network.ts';
import { type PathModel, pathOf } from '../tunnels/path-model.ts';
import type { ForwardDraft } from './draft.ts';

/** The path of a forward that is still being typed; what is missing stands there as an ellipsis. */
export function draftPath(forward: ForwardDraft, serverHost: string): PathModel {
  const { kind, bindAddress, bindPort, targetHost, targetPort } = forward;
  const address = readHost(bindAddress) || 'localhost';
  const target = readHost(targetHost);
  const port = bindPort.trim();
  return pathOf({
    kind,
    serverHost: readHost(serverHost) || 'the server',
    bindAddress: address,
    entrance:
      kind === 'remote' && port === '0' ? `${address}, any port` : `${formatHost(address)}:${port || '…'}`,
    target: `${formatHost(target) || '…'}:${targetPort.trim() || '…'}`,
    targetHost: target,
    allowedSources: splitSources(forward.allowFrom).map(normalizeSource),
    targetPort: /^\d+$/.test(targetPort.trim()) ? Number(targetPort) : null,
  });
}
