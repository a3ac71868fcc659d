import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostKeyRules, writableFile } from './host-key-rules.ts';
import { defaultKnownHostsPaths } from './known-hosts-paths.ts';

const server = { host: 'core.example', port: 2222 };
const defaults = { userFiles: ['/h/known_hosts', '/h/known_hosts2'], globalFiles: ['/etc/all'] };

afterEach(() => vi.unstubAllEnvs());

describe('the rules for one server’s keys', () => {
  it('are the usual files, the server’s own name, and a question about an unknown key', () => {
    expect(hostKeyRules(server, {}, defaults)).toEqual({ knownAs: server, paths: defaults, checking: 'ask' });
  });

  it('look an alias up without the port', () => {
    expect(hostKeyRules(server, { alias: 'vault' }, defaults).knownAs).toEqual({ host: 'vault', port: 22 });
  });

  it('name files of their own, in the home folder too, each kind by itself', () => {
    vi.stubEnv('HOME', '/home/ana');
    const { paths } = hostKeyRules(server, { userFiles: ['~/mine', '/b'] }, defaults);
    expect(paths).toEqual({ userFiles: ['/home/ana/mine', '/b'], globalFiles: ['/etc/all'] });
    expect(writableFile(paths)).toBe('/home/ana/mine');
    expect(hostKeyRules(server, { globalFiles: ['/x', '/y'] }, defaults).paths).toEqual({
      userFiles: defaults.userFiles,
      globalFiles: ['/x', '/y'],
    });
    expect(hostKeyRules(server, { globalFiles: [] }, defaults).paths.globalFiles).toEqual([]);
  });

  it.each([['none'], ['NONE'], ['/dev/null']])('write to no file where %s is named', (file) => {
    expect(writableFile(hostKeyRules(server, { userFiles: [file] }, defaults).paths)).toBeNull();
  });

  it('ask where a new key could be accepted and not be kept', () => {
    const accepting = { checking: 'accept-new' } as const;
    expect(hostKeyRules(server, accepting, defaults).checking).toBe('accept-new');
    expect(hostKeyRules(server, { ...accepting, userFiles: ['/dev/null'] }, defaults).checking).toBe('ask');
    expect(hostKeyRules(server, { ...accepting, userFiles: ['none'] }, defaults).checking).toBe('ask');
  });
});

describe('defaultKnownHostsPaths', () => {
  it('follows HOME at every call', () => {
    vi.stubEnv('HOME', '/first');
    expect(defaultKnownHostsPaths()).toEqual({
      userFiles: ['/first/.ssh/known_hosts', '/first/.ssh/known_hosts2'],
      globalFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    });
    vi.stubEnv('HOME', '/second');
    expect(defaultKnownHostsPaths().userFiles[0]).toBe('/second/.ssh/known_hosts');
  });
});
