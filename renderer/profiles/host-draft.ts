import type { ConfigForward, ConfigHost, ConfigWay } from '#shared/config-host.ts';
import { type ForwardDraft, newForwardDraft, type ProfileDraft } from './draft.ts';
import { hostKeysDraftOf } from './host-keys-draft.ts';
import { keysDraftOf } from './keys-draft.ts';
import { wayDraftOf } from './way-draft.ts';

/** What a Host filled in before, so that another choice takes its place. */
export interface FilledIn {
  readonly name: string;
  readonly forwardIds: readonly string[];
}

/**
 * What changes in a draft when it is filled in from a Host of the user's ssh configuration. A name that was typed stays, and
 * forwards that were typed stay in front of those of the Host.
 */
export function filledFrom(
  found: ConfigHost,
  draft: ProfileDraft,
  makeId: () => string,
  before: FilledIn | null = null,
): { readonly part: Partial<ProfileDraft>; readonly filledIn: FilledIn } {
  const { host, forwards } = found;
  const added = forwards.map((forward) => draftOfForward(forward, makeId()));
  const kept = draft.forwards.filter(({ id }) => !before?.forwardIds.includes(id));
  const typed = added.length > 0 ? kept.filter((forward) => !isUntouched(forward)) : kept;
  const all = [...typed, ...added];
  const isNamed = draft.name.trim() !== '' && draft.name !== before?.name;
  return {
    part: {
      name: isNamed ? draft.name : host,
      ...draftOfWay(found.way, makeId),
      forwards: all.length > 0 ? all : [newForwardDraft(makeId())],
    },
    filledIn: { name: host, forwardIds: added.map(({ id }) => id) },
  };
}

/** Server, login and way of a draft, as a Host says them. */
export function draftOfWay(
  { server, login, forwardsAgent, ...way }: ConfigWay,
  makeId: () => string,
): Partial<ProfileDraft> {
  return {
    host: server.host,
    port: String(server.port),
    user: server.user,
    method: login.method,
    ...keysDraftOf(login),
    forwardsAgent: forwardsAgent ?? false,
    hostKeys: hostKeysDraftOf(way.hostKeys),
    way: wayDraftOf(way, makeId),
  };
}

function isUntouched({ bindPort, targetHost, targetPort, name }: ForwardDraft): boolean {
  return [bindPort, targetHost, targetPort, name].every((text) => text.trim() === '');
}

function draftOfForward(forward: ConfigForward, id: string): ForwardDraft {
  const target = forward.kind === 'dynamic' ? { host: '', port: '' } : forward.target;
  return {
    ...newForwardDraft(id),
    kind: forward.kind,
    bindAddress: forward.bind.address,
    bindPort: String(forward.bind.port),
    targetHost: target.host,
    targetPort: String(target.port),
  };
}
