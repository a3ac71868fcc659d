import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigHost, configHostSchema } from '#shared/config-host.ts';
import { diskFiles } from '../config-files.ts';
import type { ConfigFrame } from '../config-frame.ts';
import { readConfigHost } from '../read-host.ts';

/** A home folder with an ssh configuration in it, for a user called ana. */
export class ConfigHome {
  readonly path = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));

  constructor() {
    mkdirSync(join(this.path, '.ssh', 'config.d'), { recursive: true });
  }

  frame(): ConfigFrame {
    return {
      files: diskFiles,
      home: this.path,
      localUser: 'ana',
      localHost: 'laptop',
      uid: 1000,
      environment: {},
      userFile: this.file('config'),
      systemFile: join(this.path, 'ssh_config'),
    };
  }

  file(name: string): string {
    return join(this.path, '.ssh', name);
  }

  write(text: string, name = 'config'): void {
    writeFileSync(this.file(name), text, { mode: 0o600 });
  }

  /** Throws with the sentence of a refusal. */
  async read(host: string): Promise<ConfigHost> {
    const found = await readConfigHost(host, [], this.frame());
    if (!found.ok) throw new Error(found.error.message);
    return configHostSchema.parse(found.value);
  }

  /** Claims that the real ssh reads it. */
  isTakenBySsh(host: string): boolean {
    return spawnSync('ssh', ['-F', this.file('config'), '-G', host]).status === 0;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
