import { describe, expect, it } from 'vitest';
import type { ProbeOutcome } from '#shared/probe.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import { engineSuite, keyFile, type OpenTunnel, type TunnelServer } from '../support/engine-suite.ts';
import { remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort, findRefusingPort } from '../support/free-port.ts';
import { createFakeTools } from '../support/server-tools.ts';
import { startBannerServer } from '../support/targets.ts';

const suite = engineSuite();

interface Ports {
  readonly entrance: number;
  readonly hop: number;
}

async function findPorts(): Promise<Ports> {
  return { entrance: await findFreePort(), hop: await findFreePort() };
}

/** A remote forward whose second hop is open, where the server itself keeps the forward on its loopback. */
async function openHop(
  server: TunnelServer,
  target: { readonly host: string; readonly port: number },
  { entrance, hop }: Ports,
): Promise<OpenTunnel> {
  const plain = remoteForward(entrance, target, '*');
  const secondHop = { port: hop, tool: 'socat', agreedFor: hopAgreedFor(server, plain) } as const;
  const forward = { ...plain, exposureConfirmedFor: '*', secondHop };
  const profile = testProfile(server, keyFile(server), [forward]);
  const engine = suite.engine();
  await engine.start(profile);
  await eventually(() => {
    const [snapshot] = engine.snapshot(profile.id).forwards;
    expect(snapshot?.secondHop?.status).toBe('open');
    expect(snapshot?.state).toMatchObject({ status: 'listening', seen: { verdict: 'loopbackOnly' } });
  });
  return { engine, profile };
}

async function probe({ engine, profile }: OpenTunnel): Promise<ProbeOutcome> {
  const forwardId = profile.forwards[0]?.id ?? '';
  const result = await engine.engine.handlers['forwards.probe']({ id: profile.id, forwardId });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function targetOf({ engine, profile }: OpenTunnel) {
  return engine.snapshot(profile.id).forwards[0]?.target;
}

const greeted = { kind: 'banner', service: 'imap', text: '* OK Culvert test server ready' };

describe('a probe of a remote forward with a second hop', () => {
  it('goes by the tunnel’s port and by the hop’s, and shows both', async () => {
    const target = suite.use(await startBannerServer());
    const ports = await findPorts();
    const tunnel = await openHop(await suite.sshd(), target, ports);
    const outcome = await probe(tunnel);
    expect(outcome).toMatchObject({
      tested: 'forward',
      answer: greeted,
      secondHop: { entrance: { host: '127.0.0.1', port: ports.hop }, sent: null, answer: greeted },
    });
    expect(outcome.secondHop?.firstByteMs).toBeGreaterThan(0);
    expect(target.accepted(), 'one connection each').toBe(2);
    await eventually(() => target.open() === 0);
  });

  it('gives the reason why the target is not reached, on both ways', async () => {
    const port = await findRefusingPort();
    const target = { host: '127.0.0.1', port };
    const tunnel = await openHop(await suite.sshd(), target, await findPorts());
    const refused = { kind: 'refused', error: { code: 'targetRefused', target, detail: 'ECONNREFUSED' } };
    expect(await probe(tunnel)).toMatchObject({ answer: refused, secondHop: { answer: refused } });
  });

  it('says that the server does not allow the way by the hop, and nothing ill of the target', async () => {
    const target = suite.use(await startBannerServer());
    const ports = await findPorts();
    const permitOpen = [`127.0.0.1:${ports.entrance}`, `[::1]:${ports.entrance}`];
    const tunnel = await openHop(await suite.sshd({ permitOpen }), target, ports);
    const forbidden = { kind: 'wayForbidden', entrance: { port: ports.hop } };
    expect(await probe(tunnel)).toMatchObject({
      tested: 'forward',
      answer: greeted,
      secondHop: { connectMs: null, answer: forbidden },
    });
    expect(targetOf(tunnel)).toMatchObject({ status: 'answered', probe: { hungUp: false } });
  });

  it('says so of both ways where the server forbids all of them', async () => {
    const target = suite.use(await startBannerServer());
    const ports = await findPorts();
    const tunnel = await openHop(await suite.sshd({ allowTcpForwarding: 'remote' }), target, ports);
    expect(await probe(tunnel)).toMatchObject({
      tested: 'targetOnly',
      answer: greeted,
      secondHop: { answer: { kind: 'wayForbidden' } },
    });
    expect(targetOf(tunnel)?.status).toBe('answered');
  });

  it('tells a hop that only claims to listen from one that does', async () => {
    const target = suite.use(await startBannerServer());
    const ports = await findPorts();
    const socat = 'echo "2026/01/01 socat[7] N listening on AF=10" >&2; exec sleep 1000';
    const tools = suite.use(await createFakeTools({ socat }));
    const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${tools.searchPath}`] });
    const tunnel = await openHop(sshd, target, ports);
    expect(await probe(tunnel)).toMatchObject({
      answer: greeted,
      secondHop: { connectMs: null, answer: { kind: 'entranceRefused', entrance: { port: ports.hop } } },
    });
    expect(targetOf(tunnel)?.status).toBe('answered');
  });
});
