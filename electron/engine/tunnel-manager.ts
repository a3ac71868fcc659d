import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import type { PromptAnswer } from '#shared/prompt.ts';
import { fail, type Result } from '#shared/result.ts';
import { isSameServer } from '#shared/same-server.ts';
import type { HopProposal } from '#shared/second-hop.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import type { OurListener } from './listeners/our-listeners.ts';
import { hopEntrances, localEntrances, remoteEntrances } from './our-entrances.ts';
import { oursOnServer } from './ours-on-server.ts';
import type { RunningForward } from './running-forward/running-forward.ts';
import { markHops, markOurs } from './server/mark-ours.ts';
import { NOT_OPEN } from './server/server-side.ts';
import type { MeasuredTunnel } from './traffic-sampler.ts';
import { Tunnel } from './tunnel.ts';
import type { TunnelWorld } from './tunnel-world.ts';

/** What all tunnels share; the manager adds what it knows itself. */
export interface ManagerWorld
  extends Omit<TunnelWorld, 'retries' | 'changed' | 'lookAtServer' | 'oursOnServer' | 'portReleased'> {
  changed(snapshot: TunnelSnapshot): void;
  /** A tunnel is gone for good. */
  removed(id: string): void;
}

/** Keeps the tunnels of one engine: those of profiles, and login checks beside them. */
export class TunnelManager {
  readonly #world: ManagerWorld;
  readonly #tunnels = new Map<string, Tunnel>();

  constructor(world: ManagerWorld) {
    this.#world = world;
  }

  /** Starts a profile's tunnel, made if need be. */
  start(profile: Profile): void {
    const known = this.#tunnels.get(profile.id);
    known?.update(profile);
    (known ?? this.#add(profile.id, profile, true)).start();
  }

  /** Logs in once, opens no forward, and retries nothing; `id` is free to choose. */
  check(id: string, profile: Profile): void {
    const tunnel = this.#tunnels.get(id) ?? this.#add(id, { ...profile, forwards: [] }, false);
    tunnel.start();
  }

  stop(id: string): void {
    this.#tunnels.get(id)?.stop();
  }

  /** A tunnel that has not run in this engine takes its profile at its next start. */
  update(profile: Profile): void {
    this.#tunnels.get(profile.id)?.update(profile);
  }

  /** Stops a tunnel and forgets it; resolves when everything of it is closed. */
  async remove(id: string): Promise<void> {
    const tunnel = this.#tunnels.get(id);
    if (!tunnel) return;
    this.#tunnels.delete(id);
    await tunnel.close();
    // A new one may have taken its place meanwhile (deleted, undone, started).
    if (!this.#tunnels.has(id)) this.#world.removed(id);
  }

  /** False if nobody asked that. */
  answer(id: string, promptId: string, answer: PromptAnswer): boolean {
    return this.#tunnels.get(id)?.answer(promptId, answer) ?? false;
  }

  /** See `Tunnel.proposeHop`. */
  async proposeHop(wish: {
    readonly id: string;
    readonly forwardId: string;
    readonly port: number | null;
  }): Promise<Result<HopProposal, CommandError>> {
    const tunnel = this.#tunnels.get(wish.id);
    return tunnel ? tunnel.proposeHop(wish.forwardId, wish.port) : fail(NOT_OPEN);
  }

  /** See `Tunnel.endGhost`. */
  async endGhost(id: string, forwardId: string, pid: number): Promise<Result<null, CommandError>> {
    const tunnel = this.#tunnels.get(id);
    return tunnel ? tunnel.endGhost(forwardId, pid) : fail(NOT_OPEN);
  }

  wake(): void {
    for (const tunnel of this.#tunnels.values()) tunnel.wake();
  }

  /** Closes every tunnel; resolves when every socket is closed. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#tunnels.values()].map((tunnel) => tunnel.close()));
  }

  /** The forwards of one tunnel that run now. */
  running(id: string): readonly RunningForward[] {
    return this.#tunnels.get(id)?.running ?? [];
  }

  /** The tunnels whose traffic is worth counting: those that run. */
  *measured(): Iterable<MeasuredTunnel> {
    for (const tunnel of this.#tunnels.values()) if (tunnel.running.length > 0) yield tunnel.measured;
  }

  /** The open session of a tunnel, to run a command on its server; null while there is none. */
  channels(id: string): ChannelSource | null {
    return this.#tunnels.get(id)?.channels ?? null;
  }

  /** A forward that runs now. */
  findForward(id: string, forwardId: string): RunningForward | undefined {
    return this.#tunnels.get(id)?.running.find((forward) => forward.id === forwardId);
  }

  /** Where our own tunnels listen on this computer now. */
  ourListeners(): OurListener[] {
    return [...this.#tunnels.values()].flatMap(localEntrances);
  }

  /** Looks at a tunnel's server, the forwards of all tunnels to it marked. Null while the tunnel is not open. */
  async lookAtServer(id: string, again?: boolean): Promise<ServerLook | null> {
    const tunnel = this.#tunnels.get(id);
    const look = (await tunnel?.lookAtServer(again)) ?? null;
    if (!tunnel || look?.status !== 'seen') return look;
    const sameServer = this.#toServerOf(tunnel);
    const ours = sameServer.flatMap(remoteEntrances);
    const hops = sameServer.flatMap(hopEntrances);
    return markHops(markOurs(look, ours), hops);
  }

  #toServerOf({ profile }: Tunnel): readonly Tunnel[] {
    return [...this.#tunnels.values()].filter((other) => isSameServer(other.profile, profile));
  }

  /** Somebody may wait for that very port. */
  #portReleased(): void {
    for (const { running } of this.#tunnels.values()) for (const forward of running) forward.portReleased();
  }

  #add(id: string, profile: Profile, retries: boolean): Tunnel {
    const world = this.#world;
    const tunnel: Tunnel = new Tunnel(id, profile, {
      ...world,
      retries,
      lookAtServer: () => this.lookAtServer(id),
      oursOnServer: (forwardId, port) => oursOnServer(tunnel, this.#toServerOf(tunnel), { forwardId, port }),
      portReleased: () => this.#portReleased(),
      changed: (snapshot) => {
        // A tunnel that was removed says nothing more.
        if (this.#tunnels.get(id) === tunnel) world.changed(snapshot);
      },
    });
    this.#tunnels.set(id, tunnel);
    return tunnel;
  }
}
