import { describe, expect, it } from 'vitest';
import { findRival } from './port-rival.ts';
import { type ForwardKind, type Profile, profileSchema } from './profile.ts';

function profile(name: string, id: string, forward: object): Profile {
  return profileSchema.parse({
    id,
    name,
    server: { host: 'core', port: 22, user: 'andre' },
    login: { method: 'automatic' },
    forwards: [
      {
        id,
        kind: 'local',
        target: { host: 'imap', port: 143 },
        bind: { address: 'localhost', port: 8080 },
        ...forward,
      },
    ],
  });
}

const mail = profile('Mail', '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f', {});
const off = profile('Off', '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e10', { enabled: false });
const remote = profile('Far', '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e11', { kind: 'remote' });
const entrance = (kind: ForwardKind, address: string, port: number) => ({ kind, bind: { address, port } });

describe('another tunnel that wants the same port', () => {
  it('is found whatever kind of local forward it is', () => {
    for (const kind of ['local', 'dynamic'] as const) {
      expect(findRival(entrance(kind, '127.0.0.1', 8080), [off, remote, mail], off.id)?.name).toBe('Mail');
    }
  });

  it('is none that is switched off, listens elsewhere or is the same profile', () => {
    expect(findRival(entrance('local', 'localhost', 8080), [off, remote], mail.id)).toBeUndefined();
    expect(findRival(entrance('local', 'localhost', 8081), [mail], off.id)).toBeUndefined();
    expect(findRival(entrance('remote', 'localhost', 8080), [mail, remote], off.id)).toBeUndefined();
    expect(findRival(entrance('local', 'localhost', 8080), [mail], mail.id)).toBeUndefined();
  });
});
