import { describe, expect, it } from 'vitest';
import type { SystemListener } from '#shared/listener.ts';
import { filterListeners, holderWords, processWords, sortListeners } from './listener-rows.ts';

const ssh = listenerOf({ address: '0.0.0.0', port: 22, reach: { kind: 'everyone' } });
const web = listenerOf({ address: '192.168.1.10', port: 8080, process: { name: 'python3', pid: 9 } });
const alsoWeb = listenerOf({ address: '192.168.1.9', port: 8080, process: { name: 'node', pid: 8 } });
const ours = listenerOf({
  address: '127.0.0.1',
  port: 42424,
  process: { name: 'culvert', pid: 7 },
  ours: { tunnelId: 't', tunnelName: 'Mail', forwardId: 'f' },
});
const all = [web, ours, alsoWeb, ssh];

describe('the listeners', () => {
  it('are sorted by port as numbers, then by address as numbers', () => {
    const sorted = sortListeners(all, { key: 'port', descending: false });
    expect(sorted).toEqual([ssh, alsoWeb, web, ours]);
  });

  it('turn around, and equal ones keep their order', () => {
    expect(sortListeners(all, { key: 'port', descending: true })).toEqual([ours, alsoWeb, web, ssh]);
  });

  it('put unknown processes last', () => {
    expect(sortListeners(all, { key: 'process', descending: false }).at(-1)).toBe(ssh);
  });

  it('are found by any column, every word', () => {
    expect(filterListeners(all, 'mail', false)).toEqual([ours]);
    expect(filterListeners(all, '8080 node', false)).toEqual([alsoWeb]);
    expect(filterListeners(all, '127.0.0.1:42424', false)).toEqual([ours]);
    expect(filterListeners(all, '', true)).toEqual([ours]);
  });

  it('say plainly that a process cannot be seen, and whose it is', () => {
    expect(processWords(ssh)).toBe('not visible to you');
    expect(processWords({ ...ssh, owner: { uid: 0, user: 'root' } })).toBe('not visible to you (user root)');
    expect(processWords(ours)).toBe('culvert (7)');
  });

  it('on a server name the owner of what is hidden, and know who holds ours', () => {
    const root = { ...ssh, owner: { uid: 0, user: 'root' } };
    expect(holderWords(root, 'core')).toBe('user root');
    expect(holderWords(root, null)).toBe('not visible to you (user root)');
    expect(holderWords({ ...ours, process: null }, 'core')).toBe('SSH server');
    expect(holderWords(web, 'core')).toBe('python3 (9)');
  });

  it('on a server are found by who can reach them there', () => {
    expect(filterListeners(all, 'programs core', false, 'core')).toEqual([web, ours, alsoWeb]);
  });
});

function listenerOf(part: Partial<SystemListener>): SystemListener {
  return {
    protocol: 'tcp',
    address: '127.0.0.1',
    port: 1,
    state: 'LISTEN',
    process: null,
    owner: null,
    reach: { kind: 'thisComputer' },
    ours: null,
    ...part,
  };
}
