import { readSourcesText, splitSources } from '#shared/allowed-sources.ts';
import { readHost } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import { type Exposable, isExposureConfirmed, withConsent } from '#shared/exposure-lease.ts';
import { hopPort } from '#shared/hop-rival.ts';
import { type Forward, forwardSchema, type Profile, profileSchema } from '#shared/profile.ts';
import { isNoWider } from '#shared/source-network.ts';
import { type ForwardDraft, newForwardDraft, type ProfileDraft } from './draft.ts';
import { rawHostKeys } from './host-keys-draft.ts';
import { readPort } from './read-port.ts';
import { rawWay } from './way-draft.ts';

/** What is wrong, by the path of the field in a profile, such as `forwards.0.bind.port`. */
export type FieldErrors = ReadonlyMap<string, string>;

/** What a draft comes to: a profile that can be saved, or what is wrong with it. */
export type DraftReading =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Reads a draft by the very rules that guard the file. */
export function readDraft(draft: ProfileDraft): DraftReading {
  const parsed = profileSchema.safeParse(rawProfile(draft));
  if (parsed.success) {
    const errors = hopComplaints(parsed.data);
    return errors.size === 0 ? { ok: true, profile: parsed.data } : { ok: false, errors };
  }
  return { ok: false, errors: collectErrors(parsed.error.issues) };
}

/** The forwards of a draft that are right in themselves. */
export function completeForwards(draft: ProfileDraft): readonly Forward[] {
  return draft.forwards.flatMap((forward) => {
    const parsed = forwardSchema.safeParse(rawForward(forward));
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * The profile to check a login with: it needs a server and a way to log in, but its forwards are never
 * opened, so what is wrong with those, or with the name, does not matter.
 */
export function readLogin(draft: ProfileDraft): DraftReading {
  const stand: ForwardDraft = { ...newForwardDraft(draft.id), kind: 'dynamic', bindPort: '1080' };
  return readDraft({ ...draft, name: draft.name.trim() || 'Login', forwards: [stand] });
}

/** The forwards of a profile that others could reach and that the user has not agreed to open now. */
export function unconfirmedForwards(profile: Profile, now: number): readonly Forward[] {
  return profile.forwards.filter((forward) => forward.enabled && !isExposureConfirmed(forward, now));
}

/** The first complaint about each field; a later one often only repeats it in other words. */
export function collectErrors(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): FieldErrors {
  const errors = new Map<string, string>();
  for (const { path, message } of issues) {
    const key = path.map(String).join('.');
    if (!errors.has(key)) errors.set(key, message);
  }
  return errors;
}

/**
 * Forwards that want the port of another one's second hop, which takes all addresses of it. No rule of the file: a profile
 * that was saved so is not to be lost.
 */
function hopComplaints(profile: Profile): FieldErrors {
  const errors = new Map<string, string>();
  const hops = profile.forwards.map((forward) => hopPort(profile, forward));
  for (const [index, { kind, enabled, bind }] of profile.forwards.entries()) {
    const other = hops.indexOf(bind.port);
    if (kind !== 'remote' || !enabled || other === -1) continue;
    const whose =
      other === index ? 'The second hop of this forward' : `The second hop of forward ${other + 1}`;
    errors.set(`forwards.${index}.bind.port`, `${whose} listens on this port.`);
  }
  return errors;
}

function rawProfile(draft: ProfileDraft): unknown {
  const {
    id,
    name,
    host,
    port,
    user,
    forwardsAgent,
    startOnOpen,
    legacyAlgorithms,
    looksAtServer,
    practice,
  } = draft;
  return {
    id,
    name,
    server: { host: readHost(host), port: readPort(port), user },
    login: rawLogin(draft),
    ...rawHostKeys(draft.hostKeys),
    ...rawWay(draft.way),
    ...(draft.followedHost && { followedHost: draft.followedHost }),
    forwards: draft.forwards.map(rawForward),
    startOnOpen,
    legacyAlgorithms,
    looksAtServer,
    practice,
    ...(forwardsAgent && { forwardsAgent }),
  };
}

function rawLogin({ method, keyFile, moreKeyFiles, keyUse, agentSocket, agentKey }: ProfileDraft): unknown {
  switch (method) {
    case 'automatic':
      return { method, ...keyUse };
    case 'keyFile':
      return { method, keyFile, ...(moreKeyFiles.length > 0 && { moreKeyFiles }), ...keyUse };
    case 'agent':
      return {
        method,
        ...(agentSocket.trim() !== '' && { socket: agentSocket }),
        ...(agentKey !== null && { key: agentKey }),
      };
    default:
      return { method };
  }
}

function rawForward(draft: ForwardDraft): unknown {
  const { id, name, enabled, kind, bindAddress } = draft;
  const address = readHost(bindAddress);
  const common = {
    id,
    name,
    enabled,
    kind,
    bind: { address, port: readPort(draft.bindPort) },
    ...rawExposure(draft, address),
  };
  if (kind === 'dynamic') return common;
  const target = { host: readHost(draft.targetHost), port: readPort(draft.targetPort) };
  const { secondHop, fillsHopIn } = draft;
  const keepsHop = kind === 'remote' && secondHop && !fillsHopIn;
  return { ...common, target, ...(keepsHop ? { secondHop } : {}) };
}

/** Who may enter, and the agreement to that if it still covers it: another address or more people need another yes. */
function rawExposure(draft: ForwardDraft, address: string): Partial<Exposable> {
  const reading = readSourcesText(draft.allowFrom);
  if (!reading.ok) {
    // What nobody sees in the form cannot be wrong there.
    return isExposed(address) ? { allowFrom: splitSources(draft.allowFrom) } : {};
  }
  const { sources } = reading;
  const rule = { bind: { address }, ...(sources.length > 0 && { allowFrom: sources }) };
  const { bind: _bind, ...exposure } = carryConsent(draft, rule);
  return exposure;
}

function carryConsent(draft: ForwardDraft, rule: Exposable): Exposable {
  const { exposureConfirmedFor, exposureLease, agreedSources } = draft;
  const { address } = rule.bind;
  if (!isNoWider(rule.allowFrom ?? [], agreedSources)) return rule;
  if (exposureLease?.address === address) return withConsent(rule, address, exposureLease.ends);
  // An agreement to another address would only mislead who reads the file.
  return exposureConfirmedFor === address ? withConsent(rule, address, { when: 'never' }) : rule;
}
