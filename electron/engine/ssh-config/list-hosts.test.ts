import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configHostsSchema } from '#shared/config-host.ts';
import { listConfigHosts } from './list-hosts.ts';
import { ConfigHome } from './testing/config-home.ts';

let home: ConfigHome;

beforeEach(() => {
  home = new ConfigHome();
});

afterEach(() => home.remove());

const list = () => configHostsSchema.parse(listConfigHosts(home.frame()));

function writeFiles(count: number, text = (index: number) => `Host h${index}\n`): void {
  home.write('Include config.d/*.conf\nHost last\n');
  for (let index = 0; index < count; index++) {
    home.write(text(index), join('config.d', `${String(index).padStart(4, '0')}.conf`));
  }
}

describe('the Hosts of many files', () => {
  it('are all listed, and all can be read, with their files watched', async () => {
    writeFiles(600);
    const { hosts, files, cut } = list();
    expect(hosts).toHaveLength(601);
    expect(cut).toBeNull();
    const own = home.file('config.d/0550.conf');
    expect(files).toContain(own);
    const found = await home.read('h550');
    expect(found.files).toEqual(expect.arrayContaining([own, home.file('config.d')]));
    expect(found.concerns).toEqual([]);
  });

  it('are named where they can be listed, also by a line that does not apply', async () => {
    home.write('Host other\n  Include config.d/*.conf\nHost b* !bad\nHost "c d" e\nMatch host m\n');
    home.write('Host inner\n', join('config.d', 'x.conf'));
    for (const host of ['other', 'inner', 'e', 'b1', 'bad', 'm', 'E']) {
      expect((await home.read(host)).isNamed, host).toBe(list().hosts.includes(host));
    }
  });

  it('are called cut where there are more files than are read', async () => {
    writeFiles(1001);
    const { hosts, cut } = list();
    expect(hosts).not.toContain('h1000');
    expect(cut).toBe('Only the Hosts of the first 1000 files are listed.');
    await expect(home.read('h0')).rejects.toThrow('More than 1000 files are included.');
  });

  it('are called cut where the files are too large', async () => {
    writeFiles(9, (index) => `Host h${index}\n#${'x'.repeat(1_000_000)}\n`);
    const { hosts, cut } = list();
    expect([hosts.includes('h7'), hosts.includes('h8')]).toEqual([true, false]);
    expect(cut).toBe('Only the Hosts of the first 8 megabytes are listed.');
    await expect(home.read('h0')).rejects.toThrow('more than 8 megabytes');
  });

  it('are called cut where there are more than can be chosen from, and can be followed all the same', async () => {
    const names = Array.from({ length: 5001 }, (_, index) => `Host h${index}`);
    home.write(names.join('\n'));
    const { hosts, cut } = list();
    expect(hosts).toHaveLength(5000);
    expect(cut).toBe('Only the first 5000 Hosts are listed.');
    expect((await home.read('h5000')).isNamed).toBe(true);
    expect((await home.read('h5001')).isNamed).toBe(false);
    home.write([...names.slice(0, 5000), 'Host h0'].join('\n'));
    expect(list().cut).toBeNull();
  });
});

describe('the concerns of a Host', () => {
  it('are counted where there are more than are listed', async () => {
    const unknown = Array.from({ length: 250 }, (_, index) => `Odd${index} yes`);
    home.write(unknown.join('\n'));
    const { concerns } = await home.read('web');
    expect(concerns).toHaveLength(200);
    expect(concerns.at(-1)?.text).toBe('51 more lines ask for what a profile does not do.');
  });
});
