import { bindScope } from '#shared/exposure.ts';
import type { ForwardKind } from '#shared/profile.ts';
import { MAX_NAMED_SOURCES, sourceInWords, sourcesInWords } from '#shared/source-words.ts';

/** What a place on a path looks like. */
export type PlaceKind = 'computer' | 'server' | 'target' | 'anywhere';

/** One place on the path of a forward, with the words beneath it. */
export interface Place {
  readonly kind: PlaceKind;
  /** Whether traffic enters here. */
  readonly isEntrance: boolean;
  readonly title: string;
  readonly note: string;
  /** The port of a target, for its picture. */
  readonly port: number | null;
}

/** A stretch between two places: inside the SSH session, or as it was sent. */
export type Stretch = 'encrypted' | 'plain';

/** A forward as a path, drawn with this computer at the left and the server at the right. */
export interface PathModel {
  readonly places: readonly [Place, Place, Place];
  readonly stretches: readonly [Stretch, Stretch];
  /** Which way a new connection travels. */
  readonly direction: 'right' | 'left';
}

/** What a path is made of. Texts, so that a form can show what is only half typed. */
export interface PathParts {
  readonly kind: ForwardKind;
  readonly serverHost: string;
  readonly bindAddress: string;
  /** The entrance as people write it, such as `localhost:42424`. */
  readonly entrance: string;
  /** `host:port`; not used for SOCKS. */
  readonly target: string;
  readonly targetHost: string;
  readonly targetPort: number | null;
  /** The addresses and networks that may enter where others could reach it; absent or none: anyone. */
  readonly allowedSources?: readonly string[];
}

/** Works out the path of a forward (ssh(1): -L, -R, -D). */
export function pathOf(parts: PathParts): PathModel {
  return parts.kind === 'remote' ? remotePath(parts) : outwardPath(parts);
}

/** The same path with what was seen of its entrance. */
export function withEntrance(
  path: PathModel,
  { title, note }: { readonly title: string | null; readonly note: string },
): PathModel {
  const see = (place: Place): Place =>
    place.isEntrance ? { ...place, title: title ?? place.title, note } : place;
  const [first, middle, last] = path.places;
  return { ...path, places: [see(first), see(middle), see(last)] };
}

/** Who can use an entrance, in words that follow its address. */
export function whoCanEnter(kind: ForwardKind, bindAddress: string, serverHost: string): string {
  const computer = kind === 'remote' ? serverHost : 'this computer';
  switch (bindScope(bindAddress)) {
    case 'loopback':
      return kind === 'remote' ? `for programs on ${serverHost} only` : 'for this computer only';
    case 'all':
      return `for anyone who can reach ${computer}`;
    case 'one':
      return `for anyone who can reach ${bindAddress}`;
  }
}

/** As `whoCanEnter`, for an entrance that may turn strangers away. */
function entranceNote({ kind, bindAddress, serverHost, allowedSources = [] }: PathParts): string {
  if (allowedSources.length === 0 || bindScope(bindAddress) === 'loopback') {
    return whoCanEnter(kind, bindAddress, serverHost);
  }
  return allowedNote(kind, allowedSources);
}

/** Who can use an entrance that turns all others away. */
export function allowedNote(kind: ForwardKind, allowedSources: readonly string[]): string {
  const sources = allowedInWords(allowedSources);
  if (kind === 'remote') return `for ${sources} only`;
  return `for this computer${sources.includes(' and ') ? ',' : ' and'} ${sources}`;
}

/** Their names; of more than a few how many they are, but for those that are everybody. */
function allowedInWords(sources: readonly string[]): string {
  if (sources.length <= MAX_NAMED_SOURCES || sources.some((source) => sourceInWords(source) !== source)) {
    return sourcesInWords(sources);
  }
  return `${sources.length} allowed sources`;
}

function outwardPath(parts: PathParts): PathModel {
  const { kind, serverHost, entrance } = parts;
  return {
    places: [
      {
        kind: 'computer',
        isEntrance: true,
        title: entrance,
        note: entranceNote(parts),
        port: null,
      },
      { kind: 'server', isEntrance: false, title: serverHost, note: 'encrypted up to here', port: null },
      kind === 'dynamic'
        ? {
            kind: 'anywhere',
            isEntrance: false,
            title: 'anywhere',
            note: 'that the server can reach',
            port: null,
          }
        : targetPlace(parts, 'on the server itself', 'plain from the server'),
    ],
    stretches: ['encrypted', 'plain'],
    direction: 'right',
  };
}

function remotePath(parts: PathParts): PathModel {
  const { entrance } = parts;
  return {
    places: [
      targetPlace(parts, 'on this computer', 'plain from this computer'),
      {
        kind: 'computer',
        isEntrance: false,
        title: 'this computer',
        note: 'encrypted up to here',
        port: null,
      },
      {
        kind: 'server',
        isEntrance: true,
        title: entrance,
        note: entranceNote(parts),
        port: null,
      },
    ],
    stretches: ['plain', 'encrypted'],
    direction: 'left',
  };
}

/** A target on the very computer where the tunnel ends never sees a network. */
function targetPlace({ target, targetHost, targetPort }: PathParts, here: string, plain: string): Place {
  const isHere = targetHost !== '' && bindScope(targetHost) === 'loopback';
  return { kind: 'target', isEntrance: false, title: target, note: isHere ? here : plain, port: targetPort };
}
