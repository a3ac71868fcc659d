import type { CommandName, EventName } from './index.ts';

/**
 * The allow-list of the preload, which must stay small and so cannot import the schemas. The two
 * records do not compile unless they name exactly the commands and events of the contract.
 */
const commandNames: Record<CommandName, true> = {
  'app.snapshot': true,
  'app.chooseKeyFile': true,
  'app.copyText': true,
  'app.dismissNotice': true,
  'settings.change': true,
  'profiles.save': true,
  'profiles.delete': true,
  'profiles.undoDelete': true,
  'profiles.duplicate': true,
  'profiles.setForwardEnabled': true,
  'profiles.confirmExposure': true,
  'profiles.moveForward': true,
  'profiles.suggestPort': true,
  'profiles.endExposure': true,
  'profiles.allowCommand': true,
  'profiles.createPractice': true,
  'tunnels.start': true,
  'tunnels.stop': true,
  'tunnels.startAll': true,
  'tunnels.stopAll': true,
  'prompts.answer': true,
  'login.check': true,
  'login.endCheck': true,
  'listeners.list': true,
  'ghosts.end': true,
  'hostKeys.removeLine': true,
  'hostKeys.lastProved': true,
  'profiles.digSecondHop': true,
  'profiles.fillSecondHop': true,
  'secondHops.propose': true,
  'listeners.listServer': true,
  'forwards.probe': true,
  'connections.list': true,
  'connections.end': true,
  'connections.endAll': true,
  'sshConfig.hosts': true,
  'sshConfig.host': true,
  'agent.keys': true,
  'publicKeys.list': true,
  'publicKeys.install': true,
  'secrets.list': true,
  'secrets.forget': true,
  'transfer.export': true,
  'transfer.readImport': true,
  'transfer.import': true,
  'transfer.importHosts': true,
  'transfer.dropImport': true,
};

const eventNames: Record<EventName, true> = {
  'settings.changed': true,
  'notices.changed': true,
  'environment.changed': true,
  'app.navigate': true,
  'profiles.changed': true,
  'tunnel.changed': true,
  'tunnel.removed': true,
  'traffic.sampled': true,
};

/** The IPC channel that carries every command. */
export const CALL_CHANNEL = 'culvert:call';

/** The IPC channel of one event. */
export function eventChannel(name: EventName): string {
  return `culvert:event:${name}`;
}

/** Claims that the contract has a command of this name. */
export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandNames, name);
}

/** Claims that the contract has an event of this name. */
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventNames, name);
}
