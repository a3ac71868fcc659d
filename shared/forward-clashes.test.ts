import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findClashes } from './forward-clashes.ts';
import type { Forward, ForwardKind } from './profile.ts';

function forward(kind: ForwardKind, address: string, port: number, enabled = true): Forward {
  const base = { id: '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f', name: '', enabled, bind: { address, port } };
  return kind === 'dynamic' ? { ...base, kind } : { ...base, kind, target: { host: 'imap', port: 143 } };
}

const local = (address: string, port = 8080) => forward('local', address, port);
const remote = (address: string, port = 8080) => forward('remote', address, port);

describe('findClashes', () => {
  it.each([
    ['localhost', 'localhost'],
    ['', 'localhost'],
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['*', '10.0.0.1'],
    ['localhost', '0.0.0.0'],
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8::1', '2001:db8:0::1'],
  ])('sees that %j and %j want the same port', (first, second) => {
    expect(findClashes([local(first), local(second)])).toEqual([{ index: 1, with: 0 }]);
    expect(findClashes([local(second), local(first)])).toEqual([{ index: 1, with: 0 }]);
  });

  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['localhost', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2'],
    ['localhost', '127.0.0.2'],
  ])('lets %j and %j listen side by side', (first, second) => {
    expect(findClashes([local(first), local(second)])).toEqual([]);
  });

  it('keeps this computer and the server apart', () => {
    expect(findClashes([local('*'), remote('*')])).toEqual([]);
    expect(findClashes([local('*'), forward('dynamic', '', 8080)])).toEqual([{ index: 1, with: 0 }]);
  });

  it('never sees a clash in ports that the server chooses', () => {
    expect(findClashes([remote('', 0), remote('', 0)])).toEqual([]);
  });

  it('names every forward that comes too late, with the first that has the port', () => {
    const forwards = [local('', 1), local('', 2), local('', 1), local('', 2), local('*', 1)];
    expect(findClashes(forwards)).toEqual([
      { index: 2, with: 0 },
      { index: 3, with: 1 },
      { index: 4, with: 0 },
    ]);
  });

  it('counts forwards that are switched off, since a click switches them on', () => {
    expect(findClashes([local(''), forward('local', '', 8080, false)])).toHaveLength(1);
  });

  it('finds as many clashes in any order of two forwards', () => {
    const any = fc
      .tuple(
        fc.constantFrom<ForwardKind>('local', 'remote', 'dynamic'),
        fc.constantFrom('', '*', '::', '0.0.0.0', '127.0.0.1', '::1', '10.0.0.1', 'core'),
        fc.constantFrom(0, 80, 81),
      )
      .map(([kind, address, port]) => forward(kind, address, port));
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(findClashes([a, b])).toEqual(findClashes([b, a]));
      }),
    );
  });
});
