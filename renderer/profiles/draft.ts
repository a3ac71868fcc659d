import type { ExposureLease } from '#shared/exposure-lease.ts';
import type { FollowedHost } from '#shared/followed-host.ts';
import type { AgentKeyChoice, KeyUse, LoginMethod } from '#shared/login.ts';
import type { Forward, ForwardKind, Profile } from '#shared/profile.ts';
import type { SecondHop } from '#shared/second-hop.ts';
import { type HostKeysDraft, hostKeysDraftOf } from './host-keys-draft.ts';
import { keysDraftOf } from './keys-draft.ts';
import { newWayDraft, type WayDraft, wayDraftOf } from './way-draft.ts';

/** A forward while it is typed: texts, right or wrong. */
export interface ForwardDraft {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly kind: ForwardKind;
  readonly bindAddress: string;
  readonly bindPort: string;
  /** Kept while the kind is dynamic, so that a change of mind loses nothing. */
  readonly targetHost: string;
  readonly targetPort: string;
  readonly exposureConfirmedFor: string | undefined;
  /** Agreed to on the card; the form can only take it back. */
  readonly secondHop: SecondHop | undefined;
  /** The yes to the second hop is taken back with the saving. */
  readonly fillsHopIn: boolean;
  readonly exposureLease: ExposureLease | undefined;
  /** To whom that agreement was given; an empty list is anyone. */
  readonly agreedSources: readonly string[];
  /** Who may enter, as it is typed; kept while nobody else could reach it. */
  readonly allowFrom: string;
}

/** A profile while it is typed. */
export interface ProfileDraft {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly method: LoginMethod;
  /** Kept while another method is chosen. */
  readonly keyFile: string;
  /** The key files after it, right or wrong. */
  readonly moreKeyFiles: readonly string[];
  /** What else is said about keys; kept likewise. */
  readonly keyUse: KeyUse;
  /** Both kept likewise; empty and null mean the usual agent, and any of its keys. */
  readonly agentSocket: string;
  readonly agentKey: AgentKeyChoice | null;
  readonly forwardsAgent: boolean;
  readonly way: WayDraft;
  /** While a Host is followed, all above but the name is as that says. */
  readonly followedHost: FollowedHost | undefined;
  readonly forwards: readonly ForwardDraft[];
  readonly hostKeys: HostKeysDraft;
  readonly startOnOpen: boolean;
  readonly legacyAlgorithms: boolean;
  readonly looksAtServer: boolean;
  readonly practice: boolean;
}

/** A new profile: the usual port, this computer's user name, one local forward. */
export function newDraft(localUser: string, makeId: () => string): ProfileDraft {
  return {
    id: makeId(),
    name: '',
    host: '',
    port: '22',
    user: localUser,
    method: 'automatic',
    keyFile: '',
    moreKeyFiles: [],
    keyUse: {},
    way: newWayDraft(),
    followedHost: undefined,
    agentSocket: '',
    agentKey: null,
    forwardsAgent: false,
    forwards: [newForwardDraft(makeId())],
    hostKeys: hostKeysDraftOf(),
    startOnOpen: false,
    legacyAlgorithms: false,
    looksAtServer: true,
    practice: false,
  };
}

/** A new local forward for this computer only. */
export function newForwardDraft(id: string): ForwardDraft {
  return {
    id,
    name: '',
    enabled: true,
    kind: 'local',
    bindAddress: 'localhost',
    bindPort: '',
    targetHost: '',
    targetPort: '',
    exposureConfirmedFor: undefined,
    secondHop: undefined,
    fillsHopIn: false,
    exposureLease: undefined,
    agreedSources: [],
    allowFrom: '',
  };
}

/** A saved profile as it stands in the form. */
export function draftOf(profile: Profile): ProfileDraft {
  let jumps = 0;
  const jumpId = () => `${profile.id}/${jumps++}`;
  const { id, name, server, login, startOnOpen, legacyAlgorithms, looksAtServer, practice } = profile;
  return {
    id,
    name,
    host: server.host,
    port: String(server.port),
    user: server.user,
    method: login.method,
    ...keysDraftOf(login),
    way: wayDraftOf(profile, jumpId),
    followedHost: profile.followedHost,
    agentSocket: (login.method === 'agent' && login.socket) || '',
    agentKey: (login.method === 'agent' && login.key) || null,
    forwardsAgent: profile.forwardsAgent ?? false,
    forwards: profile.forwards.map((forward) => ({
      id: forward.id,
      name: forward.name,
      enabled: forward.enabled,
      kind: forward.kind,
      bindAddress: forward.bind.address === '' ? 'localhost' : forward.bind.address,
      bindPort: String(forward.bind.port),
      targetHost: forward.kind === 'dynamic' ? '' : forward.target.host,
      targetPort: forward.kind === 'dynamic' ? '' : String(forward.target.port),
      allowFrom: (forward.allowFrom ?? []).join(', '),
      fillsHopIn: false,
      ...consentOf(forward),
    })),
    hostKeys: hostKeysDraftOf(profile.hostKeys),
    startOnOpen,
    legacyAlgorithms,
    looksAtServer,
    practice,
  };
}

/**
 * The draft with the agreements to exposures and second hops that stand now. A form gives none, and what was agreed to or
 * taken back while it was open must not come back with its saving.
 */
export function withPresentConsent(draft: ProfileDraft, saved: Profile | undefined): ProfileDraft {
  return {
    ...draft,
    forwards: draft.forwards.map((forward) => ({
      ...forward,
      ...consentOf(saved?.forwards.find(({ id }) => id === forward.id)),
    })),
  };
}

function consentOf(
  forward: Forward | undefined,
): Pick<ForwardDraft, 'exposureConfirmedFor' | 'exposureLease' | 'agreedSources' | 'secondHop'> {
  return {
    secondHop: forward?.kind === 'remote' ? forward.secondHop : undefined,
    exposureConfirmedFor: forward?.exposureConfirmedFor,
    exposureLease: forward?.exposureLease,
    agreedSources: forward?.allowFrom ?? [],
  };
}
