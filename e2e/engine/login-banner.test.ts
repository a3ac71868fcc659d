import { describe, expect, it } from 'vitest';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite } from '../support/engine-suite.ts';
import type { HostileServer } from '../support/hostile-server.ts';
import { attack } from '../support/hostile-suite.ts';
import { message, string } from '../support/ssh-messages.ts';

const suite = engineSuite();

/** As administrators put it before every login (sshd_config(5), Banner). */
const LEGAL =
  'Authorized use only. If your account or password has expired, call the help desk: “account expired”.';

const legalBanner = () => message(53, string(LEGAL), string(''));

const remembered = ({ host, port, user }: HostileServer) =>
  [secretSlotKey({ kind: 'password', user, host, port }), 'swordfish'] as const;

describe('a banner that speaks of expired accounts to everyone', () => {
  it.each([
    ['a missing key file', { method: 'keyFile', keyFile: '/nonexistent/id' }, 'keyFileMissing'],
    ['a missing agent', { method: 'agent', socket: '/nonexistent/agent' }, 'agentUnavailable'],
  ] as const)('does not stand for %s', async (_what, login, code) => {
    const { ending } = await attack(suite, {
      login,
      onLogin: (victim, attempt) => {
        victim.send(legalBanner());
        attempt.reject(['publickey', 'password']);
      },
    });
    expect(await ending()).toMatchObject({ code });
  });

  it('does not stand for a line that broke during the login, which is tried again', async () => {
    const { engine, profile } = await attack(suite, {
      prepare: (prepared, server) => prepared.remembered.set(...remembered(server)),
      onLogin: (victim, attempt) => {
        if (attempt.method === 'password') {
          victim.socket.destroy();
          return;
        }
        victim.send(legalBanner());
        attempt.reject(['password']);
      },
    });
    expect((await engine.until(profile, 'waiting')).error.code).toMatch(/serverClosed|connectionLost/);
  });
});
