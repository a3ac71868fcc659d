import { expect, it } from 'vitest';
import type { ConfigHost } from '#shared/config-host.ts';
import { newDraft } from './draft.ts';
import { filledFrom } from './host-draft.ts';

let ids = 0;
const makeId = () => `id-${++ids}`;

const found: ConfigHost = {
  host: 'mail',
  isNamed: true,
  way: {
    server: { host: 'core.example.org', port: 2022, user: 'joe' },
    login: { method: 'keyFile', keyFile: '/home/ana/.ssh/work' },
    jumpHosts: [
      {
        server: { host: 'gate', port: 22, user: 'guard' },
        login: { method: 'automatic' },
        legacyAlgorithms: false,
      },
    ],
    proxy: { kind: 'command', command: 'nc %h %p' },
    hostKeys: { alias: 'vault', userFiles: ['/k'], checking: 'yes' },
  },
  files: [],
  forwards: [
    { kind: 'local', bind: { address: 'localhost', port: 42424 }, target: { host: 'imap', port: 143 } },
    { kind: 'dynamic', bind: { address: 'localhost', port: 1080 } },
  ],
  concerns: [],
};

it('fills an empty form in', () => {
  const draft = newDraft('ana', makeId);
  expect(filledFrom(found, draft, makeId).part).toMatchObject({
    name: 'mail',
    host: 'core.example.org',
    port: '2022',
    user: 'joe',
    method: 'keyFile',
    keyFile: '/home/ana/.ssh/work',
    way: {
      jumpHosts: [{ host: 'gate', port: '22', user: 'guard', method: 'automatic' }],
      proxy: { kind: 'command', command: 'nc %h %p', allowed: undefined },
    },
    hostKeys: { alias: 'vault', checking: 'yes', files: { userFiles: ['/k'] } },
    forwards: [
      { kind: 'local', bindAddress: 'localhost', bindPort: '42424', targetHost: 'imap', targetPort: '143' },
      { kind: 'dynamic', bindAddress: 'localhost', bindPort: '1080', targetHost: '', targetPort: '' },
    ],
  });
});

it('keeps a name and forwards that were typed', () => {
  const empty = newDraft('ana', makeId);
  const forwards = empty.forwards.map((forward) => ({ ...forward, bindPort: '1' }));
  const { part } = filledFrom(found, { ...empty, name: 'Mine', forwards }, makeId);
  expect(part.name).toBe('Mine');
  expect(part.forwards?.map(({ bindPort }) => bindPort)).toEqual(['1', '42424', '1080']);
});

it('leaves the forwards as they are for a Host without any', () => {
  const draft = newDraft('ana', makeId);
  const { server } = found.way;
  const plain: ConfigHost = { ...found, way: { server, login: { method: 'automatic' } }, forwards: [] };
  const { part } = filledFrom(plain, draft, makeId);
  expect(part.forwards).toEqual(draft.forwards);
  expect(part).toMatchObject({ method: 'automatic', keyFile: '' });
});

it('puts another Host in the place of the one before, and never leaves a form without a forward', () => {
  const empty = newDraft('ana', makeId);
  const first = filledFrom(found, empty, makeId);
  const afterFirst = { ...empty, ...first.part };
  const other = { ...found, host: 'db', forwards: found.forwards.slice(1) };
  const second = filledFrom(other, afterFirst, makeId, first.filledIn);
  expect(second.part).toMatchObject({ name: 'db', forwards: [{ kind: 'dynamic' }] });
  expect(second.part.forwards).toHaveLength(1);
  const third = filledFrom({ ...other, forwards: [] }, { ...empty, ...second.part }, makeId, second.filledIn);
  expect(third.part.forwards).toMatchObject([{ kind: 'local', bindPort: '' }]);
});
