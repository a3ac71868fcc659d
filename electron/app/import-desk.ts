import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { ImportChoice, ImportOffer, Offered, Twin } from '#shared/transfer/import-offer.ts';
import { importProfile, lacksCommand } from '#shared/transfer/import-profile.ts';
import { type ReadProfile, readExport } from '#shared/transfer/read-export.ts';
import { freeName } from './free-name.ts';

interface ImportDeskOptions {
  profiles(): readonly Profile[];
  isOn(id: string): boolean;
  newId(): string;
}

/** What an import comes to: new profiles, and profiles in the place of others, whose ids they have. */
export interface Imported {
  readonly added: readonly Profile[];
  readonly replacements: readonly Profile[];
}

/** The file that a person looks at before they import from it. There is one at a time. */
export class ImportDesk {
  readonly #options: ImportDeskOptions;
  #open: ImportOffer | null = null;

  constructor(options: ImportDeskOptions) {
    this.#options = options;
  }

  /** Takes a file in, in the place of the one before. Its name must be fit to be shown. */
  read(fileName: string, text: string): Result<ImportOffer, CommandError> {
    this.#open = null;
    const read = readExport(text);
    if (!read.ok) return fail({ code: 'invalid', message: read.error });
    const tunnels = read.value.map((each) => this.#offer(each));
    this.#open = { importId: this.#options.newId(), fileName, tunnels };
    return succeed(this.#open);
  }

  /** What the choices come to, judged as things stand now. Changes nothing. */
  choose(importId: string, choices: readonly ImportChoice[]): Result<Imported, CommandError> {
    const offer = this.#open;
    if (offer?.importId !== importId) return notNow('This file is not open any more. Choose it again.');
    const added: Profile[] = [];
    const replacements: Profile[] = [];
    for (const { number, as } of choices) {
      const tunnel = offer.tunnels.find((each) => each.number === number);
      if (tunnel?.kind !== 'good') return notNow(`Tunnel ${number} of the file cannot be imported.`);
      const { profile } = tunnel;
      if (as === 'new') {
        added.push({ ...profile, name: freeName(profile.name, this.#takenNames(added)) });
        continue;
      }
      const twin = this.#twinOf(tunnel.twin?.id ?? '');
      if (!twin) return notNow(`“${profile.name}” has nothing to replace any more.`);
      if (twin.isOn) return notNow(`Stop “${twin.name}” first: a tunnel that is on is not replaced.`);
      if (replacements.some(({ id }) => id === twin.id)) {
        return notNow(`Two tunnels of the file cannot both replace “${twin.name}”.`);
      }
      replacements.push({ ...profile, id: twin.id });
    }
    return succeed({ added, replacements });
  }

  /** That file is done with, or not wanted. */
  drop(importId: string): void {
    if (this.#open?.importId === importId) this.#open = null;
  }

  #offer(read: ReadProfile): Offered {
    if (read.kind === 'bad') return read;
    const { number, profile: carried, leftOut } = read;
    const made = importProfile(carried, this.#options.newId);
    if (!made.ok) return { kind: 'bad', number, name: carried.name, problem: made.error };
    const profile = made.value;
    const twin = this.#options
      .profiles()
      .find((own) => !own.practice && (own.id === carried.id || isAlike(own, profile)));
    return {
      kind: 'good',
      number,
      profile,
      leftOut: [...leftOut],
      lacksCommand: lacksCommand(carried),
      twin: this.#twinOf(twin?.id ?? ''),
    };
  }

  #takenNames(added: readonly Profile[]): ReadonlySet<string> {
    return new Set([...this.#options.profiles(), ...added].map(({ name }) => name));
  }

  #twinOf(id: string): Twin | null {
    const own = this.#options.profiles().find((each) => each.id === id);
    return own ? { id, name: own.name, isOn: this.#options.isOn(id) } : null;
  }
}

/** The same tunnel to a person: the same name, to the same account of the same server. */
function isAlike(own: Profile, other: Profile): boolean {
  const key = ({ name, server }: Profile) =>
    JSON.stringify([name, server.user, server.host.toLowerCase(), server.port]);
  return key(own) === key(other);
}

function notNow(message: string): Result<never, CommandError> {
  return fail({ code: 'notNow', message });
}
