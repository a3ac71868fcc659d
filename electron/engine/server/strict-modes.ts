import type { LoosePlace } from '#shared/contract/public-keys.ts';

/**
 * What sshd passes keys over for, unless told otherwise (sshd_config(5), StrictModes; misc.c, safe_path): a file or folder of
 * somebody else's, or one that others may write to. Debian's sshd forgives a group that the account alone is in. Reads the lines
 * `uid N` and `mode NAME …`, the latter as `ls -ldn` writes them.
 */
export function findLoosePlaces(lines: readonly string[]): LoosePlace[] {
  const account = lines.map((line) => /^uid (\d+)$/.exec(line)?.[1]).find((uid) => uid !== undefined);
  return lines.flatMap((line): readonly LoosePlace[] => {
    const [, place = '', mode = '', owner = ''] = MODE_LINE.exec(line) ?? [];
    if (place === '') return [];
    if (account !== undefined && owner !== account && owner !== '0') return [{ place, why: 'notOwner' }];
    if (mode[7] === 'w') return [{ place, why: 'othersMayWrite' }];
    if (mode[4] === 'w') return [{ place, why: 'groupMayWrite' }];
    return [];
  });
}

const MODE_LINE = /^mode (~\S*) [d-](\S{9})\S* +\d+ +(\d+) /;
