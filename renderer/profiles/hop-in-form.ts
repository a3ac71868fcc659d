import { splitSources } from '#shared/allowed-sources.ts';
import { assertNever } from '#shared/assert-never.ts';
import { readHost } from '#shared/endpoint.ts';
import { type HoppingForward, hopStanding } from '#shared/hop-standing.ts';
import type { Profile } from '#shared/profile.ts';
import { hopAgreedFor, type SecondHop } from '#shared/second-hop.ts';
import type { ForwardDraft, ProfileDraft } from './draft.ts';
import { readPort } from './read-port.ts';

/** A part of what a yes to a second hop was for. */
type HopPart = 'server' | 'account' | 'entrance' | 'target';

/** A second hop that was agreed to, as the form shows it. */
export interface HopInForm {
  readonly rule: SecondHop;
  /** The server and the account that the yes was for; null where it was void before this form was opened. */
  readonly agreed: { readonly host: string; readonly user: string } | null;
  /** Why it is not dug once the form is saved, in a sentence; null where it is. */
  readonly trouble: string | null;
}

/** The second hop of a forward as the form would save it; null where none was agreed to. `saved`: as it is now. */
export function hopInForm(
  draft: ProfileDraft,
  forward: ForwardDraft,
  saved: Profile | undefined,
): HopInForm | null {
  const before = saved?.forwards.find(({ id }) => id === forward.id);
  if (!saved || before?.kind !== 'remote' || !before.secondHop) return null;
  const rule = before.secondHop;
  const wasGood = rule.agreedFor === hopAgreedFor(saved.server, before);
  return {
    rule,
    agreed: wasGood ? { host: saved.server.host, user: saved.server.user } : null,
    trouble: troubleWith(draft, forward, rule, wasGood ? { server: saved.server, forward: before } : null),
  };
}

/** Which second hops another server or account makes void, in a sentence for beside those fields; null where none. */
export function hopsLeftBehind(draft: ProfileDraft, saved: Profile | undefined): string | null {
  if (!saved) return null;
  const parts = serverChanges(serverOf(draft), saved.server);
  if (parts.length === 0) return null;
  const count = draft.forwards.filter(
    (forward) =>
      forward.kind === 'remote' && !forward.fillsHopIn && hopInForm(draft, forward, saved)?.agreed != null,
  ).length;
  if (count === 0) return null;
  const hops =
    count === 1 ? 'The second hop of this tunnel is' : `The ${count} second hops of this tunnel are`;
  return `${hops} not dug once this is saved: your yes was for another ${parts.join(' and ')}.`;
}

interface AgreedTo {
  readonly server: Profile['server'];
  readonly forward: HoppingForward;
}

function troubleWith(
  draft: ProfileDraft,
  forward: ForwardDraft,
  rule: SecondHop,
  agreedTo: AgreedTo | null,
): string | null {
  if (forward.kind !== 'remote') {
    return 'It is gone once this is saved: only a remote forward can have a second hop.';
  }
  const [server, now] = [serverOf(draft), forwardOf(forward)];
  const standing = hopStanding(server, now, rule);
  switch (standing) {
    case 'stands':
      return null;
    case 'serverOnly':
      return 'It is not dug: with this bind address the forward is for the server itself only.';
    case 'hidesSources':
      return 'It is not dug while only some sources are allowed: behind a hop nobody can be told apart.';
    case 'otherwise': {
      if (agreedTo === null) return `It is not dug: your yes was for something else, ${rule.agreedFor}.`;
      const parts = [
        ...serverChanges(server, agreedTo.server),
        ...forwardChanges(now, agreedTo.forward),
      ].join(' and ');
      return `It is not dug once this is saved: your yes was for another ${parts}. To have it again, dig it anew.`;
    }
    default:
      return assertNever(standing);
  }
}

function serverChanges(now: Profile['server'], before: Profile['server']): readonly HopPart[] {
  return [
    ...(now.host === before.host && now.port === before.port ? [] : (['server'] as const)),
    ...(now.user === before.user ? [] : (['account'] as const)),
  ];
}

function forwardChanges(now: HoppingForward, before: HoppingForward): readonly HopPart[] {
  const isSameEntrance = now.bind.address === before.bind.address && now.bind.port === before.bind.port;
  const isSameTarget = now.target.host === before.target.host && now.target.port === before.target.port;
  return [...(isSameEntrance ? [] : (['entrance'] as const)), ...(isSameTarget ? [] : (['target'] as const))];
}

function serverOf({ host, port, user }: ProfileDraft): Profile['server'] {
  return { host: readHost(host), port: readPort(port), user: user.trim() };
}

function forwardOf(draft: ForwardDraft): HoppingForward {
  return {
    bind: { address: readHost(draft.bindAddress), port: readPort(draft.bindPort) },
    target: { host: readHost(draft.targetHost), port: readPort(draft.targetPort) },
    allowFrom: [...splitSources(draft.allowFrom)],
  };
}
