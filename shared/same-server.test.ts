import { describe, expect, it } from 'vitest';
import type { JumpHost } from './jump-host.ts';
import type { ProxySetting } from './proxy.ts';
import { isSameServer } from './same-server.ts';

const via = (host: string, user = 'ana', port = 22): JumpHost => ({
  server: { host, port, user },
  login: { method: 'agent' },
  legacyAlgorithms: false,
});
const socks = (host: string, user = ''): ProxySetting => ({ kind: 'socks5', host, port: 1080, user });

function to(host: string, way: { readonly jumpHosts?: JumpHost[]; readonly proxy?: ProxySetting } = {}) {
  return { server: { host, port: 22, user: 'ana' }, practice: false, ...way };
}

describe('two profiles', () => {
  it('lead to the same server whoever logs in, there and on the way', () => {
    const a = to('10.0.0.5', { jumpHosts: [via('gate.example')], proxy: socks('proxy.example') });
    const b = to('10.0.0.5', {
      jumpHosts: [via('Gate.Example', 'ben')],
      proxy: socks('proxy.example', 'ben'),
    });
    expect(isSameServer(a, { ...b, server: { ...b.server, user: 'ben' } })).toBe(true);
  });

  it.each([
    ['one goes by way of a jump host', {}, { jumpHosts: [via('gate.example')] }],
    ['the jump hosts differ', { jumpHosts: [via('gate.example')] }, { jumpHosts: [via('door.example')] }],
    [
      'the ports of a jump host differ',
      { jumpHosts: [via('gate', 'ana', 22)] },
      { jumpHosts: [via('gate', 'ana', 23)] },
    ],
    [
      'the same jump hosts come in another order',
      { jumpHosts: [via('gate.example'), via('door.example')] },
      { jumpHosts: [via('door.example'), via('gate.example')] },
    ],
    ['the proxies differ', { proxy: socks('proxy.example') }, { proxy: socks('door.example') }],
    ['one goes by way of a program', { proxy: { kind: 'command', command: 'nc %h %p' } as const }, {}],
  ])('lead to two servers of one address where %s', (_case, one, other) => {
    expect(isSameServer(to('localhost', one), to('localhost', other))).toBe(false);
    expect(isSameServer(to('localhost', one), to('localhost', one))).toBe(true);
  });

  it('lead to two servers where one is the practice server', () => {
    expect(isSameServer(to('localhost'), { ...to('localhost'), practice: true })).toBe(false);
  });
});
