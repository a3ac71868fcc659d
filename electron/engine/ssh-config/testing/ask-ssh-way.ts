import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first of the way goes first. A hop is `user@address:port`; null where ssh refuses the way or would follow it for ever. */
export interface SshWay {
  readonly hops: readonly string[];
  readonly proxyCommand: string | null;
}

/** One more than the hosts of the longest way that a profile can have: jump hosts and server. */
const DEEPEST = 17;

/**
 * The way that the real ssh takes to a host, from the sshs that it starts for it: one in front of it on the PATH notes what each
 * is asked for, and what `-G` says of that. Nothing must answer at the addresses of the configuration.
 */
export function askSshWay(folder: string, configFile: string, host: string): SshWay | null {
  const real = spawnSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).stdout.trim();
  const log = join(folder, 'asked');
  rmSync(log, { force: true });
  const wrapper = join(folder, 'ssh');
  writeFileSync(
    wrapper,
    `#!/bin/bash
export CULVERT_DEPTH=$((CULVERT_DEPTH + 1))
[ $CULVERT_DEPTH -gt ${DEEPEST} ] && { echo refused >> ${log}; exit 1; }
${real} -G "$@" > ${log}.answer 2>/dev/null || { echo refused >> ${log}; exit 1; }
sed -n 's/^\\(user\\|hostname\\|port\\|proxycommand\\) /\\1 /p' ${log}.answer >> ${log}
echo end >> ${log}
exec -a ssh ${real} "$@"
`,
  );
  chmodSync(wrapper, 0o700);
  spawnSync(wrapper, ['-F', configFile, '-o', 'BatchMode=yes', host], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    timeout: 20_000,
  });
  const noted = existsSync(log) ? readFileSync(log, 'utf8') : 'refused';
  if (noted.includes('refused')) return null;
  const asked = noted.split('end\n').filter((part) => part !== '');
  const said = (part: string, key: string) => new RegExp(`^${key} (.*)$`, 'm').exec(part)?.[1];
  return {
    hops: asked
      .map((part) => `${said(part, 'user')}@${said(part, 'hostname')}:${said(part, 'port')}`)
      .reverse(),
    proxyCommand: said(asked.at(-1) ?? '', 'proxycommand') ?? null,
  };
}
