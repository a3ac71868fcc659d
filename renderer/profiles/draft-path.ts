import { formatHost } from '#shared/endpoint.ts';
import { type PathModel, pathOf } from '../tunnels/path-model.ts';
import type { ForwardDraft } from './draft.ts';

/** The path of a forward that is still being typed; what is missing stands there as an ellipsis. */
export function draftPath(forward: ForwardDraft, serverHost: string): PathModel {
  const { kind, bindAddress, bindPort, targetHost, targetPort } = forward;
  const address = bindAddress.trim() || 'localhost';
  const port = bindPort.trim();
  return pathOf({
    kind,
    serverHost: serverHost.trim() || 'the server',
    bindAddress: address,
    entrance:
      kind === 'remote' && port === '0' ? `${address}, any port` : `${formatHost(address)}:${port || '…'}`,
    target: `${formatHost(targetHost.trim()) || '…'}:${targetPort.trim() || '…'}`,
    targetHost: targetHost.trim(),
    targetPort: /^\d+$/.test(targetPort.trim()) ? Number(targetPort) : null,
  });
}
