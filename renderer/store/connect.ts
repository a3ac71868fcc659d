import { assertNever } from '#shared/assert-never.ts';
import type { AppSnapshot } from '#shared/contract/app.ts';
import type { PayloadOf } from '#shared/contract/command.ts';
import type { EventName, Events } from '#shared/contract/index.ts';
import { api } from '../api.ts';
import { beginExport, beginHosts, beginImport } from '../transfer/transfer-store.ts';
import { afterEvent, fromSnapshot, type StateEvent } from './app-state.ts';
import { useAppStore } from './app-store.ts';
import { takeSample } from './traffic-store.ts';
import { goTo } from './view-store.ts';

const STATE_EVENTS = [
  'profiles.changed',
  'tunnel.changed',
  'tunnel.removed',
  'settings.changed',
  'notices.changed',
  'environment.changed',
] as const satisfies readonly EventName[];

/**
 * Keeps the stores in step with the app for the life of the window. Subscribes first and asks for the
 * snapshot then; what happens in between is applied on top. An event that the snapshot already holds does
 * no harm, since the last event of its subject is never older than the snapshot. Gives a sentence if the
 * app did not answer.
 */
export async function connect(): Promise<string | null> {
  let early: StateEvent[] | null = [];
  for (const name of STATE_EVENTS) {
    api.on(name, (payload) => {
      const event = { name, payload } as StateEvent;
      if (early) early.push(event);
      else useAppStore.setState((state) => afterEvent(state, event), true);
    });
  }
  api.on('traffic.sampled', takeSample);
  api.on('app.navigate', ({ to }) => lead(to));

  const reply = await api.call('app.snapshot', null);
  if (!reply.ok) return reply.error.message;
  useAppStore.setState(early.reduce(afterEvent, fromSnapshot(reply.value)), true);
  early = null;
  endStrayChecks(reply.value);
  return null;
}

/** Where the menu leads. */
function lead(to: PayloadOf<Events, 'app.navigate'>['to']): void {
  switch (to) {
    case 'newTunnel':
      goTo({ name: 'form', profileId: null });
      break;
    case 'import':
      void beginImport();
      break;
    case 'importHosts':
      beginHosts();
      break;
    case 'export':
      beginExport();
      break;
    case 'tunnels':
    case 'listeners':
      goTo({ name: to });
      break;
    default:
      assertNever(to);
  }
}

/** A check of a login belongs to a form that a reload of the window has closed: nobody waits for it any more. */
function endStrayChecks({ profiles, tunnels }: AppSnapshot): void {
  const saved = new Set(profiles.map(({ id }) => id));
  for (const { id } of tunnels) {
    if (!saved.has(id)) void api.call('login.endCheck', { checkId: id });
  }
}
