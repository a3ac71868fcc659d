import type { Environment } from '#shared/environment.ts';

/** What only the desktop knows of the environment. */
export type HostEnvironment = Omit<Environment, 'userDataFolder' | 'keychain' | 'profilesReadOnly'>;

/** Puts the environment together, and tells when it is different from what was told last. */
export class EnvironmentWatch {
  readonly #ours: () => Pick<Environment, 'userDataFolder' | 'keychain' | 'profilesReadOnly'>;
  readonly #onChange: (environment: Environment) => void;
  #host: HostEnvironment;
  #told: string;

  constructor(options: {
    readonly host: HostEnvironment;
    ours(): Pick<Environment, 'userDataFolder' | 'keychain' | 'profilesReadOnly'>;
    onChange(environment: Environment): void;
  }) {
    this.#host = options.host;
    this.#ours = options.ours;
    this.#onChange = options.onChange;
    this.#told = JSON.stringify(this.get());
  }

  get(): Environment {
    return { ...this.#host, ...this.#ours() };
  }

  /** A tray came or went. */
  setTray(tray: boolean): void {
    this.#host = { ...this.#host, tray };
    this.look();
  }

  /** Something may have changed, such as whether profiles can be written. */
  look(): void {
    const environment = this.get();
    const text = JSON.stringify(environment);
    if (text === this.#told) return;
    this.#told = text;
    this.#onChange(environment);
  }
}
