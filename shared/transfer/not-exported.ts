/**
 * Every field of a profile that an export leaves out, as a path, and why. A test fails when the profile has a field that
 * stands neither here nor in the export's schema, so that somebody has to decide.
 */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  startOnOpen: 'An import starts nothing, today or at the next start.',
  practice: 'The practice tunnel leads into the app that exports it; such a profile is not exported at all.',
  'hostKeys.alias':
    'Would let a file say that one server’s key stands for another; the user is asked about the key of each anew.',
  'jumpHosts[].hostKeys.alias': 'As alias.',
  'hostKeys.userFiles[]':
    'Files of this computer that say whom to trust; a file from elsewhere must not name them.',
  'hostKeys.globalFiles[]': 'As userFiles.',
  'jumpHosts[].hostKeys.userFiles[]': 'As userFiles.',
  'jumpHosts[].hostKeys.globalFiles[]': 'As userFiles.',
  'connection.bindAddress': 'An address of this computer.',
  'jumpHosts[].connection.bindAddress': 'As bindAddress.',
  ...forEachLogin(['agent', 'automatic', 'keyFile'], 'socket', 'A path of this computer.'),
  'login(agent).key.comment': 'Often names its owner’s other computers; the key itself is enough.',
  'jumpHosts[].login(agent).key.comment': 'As comment.',
  forwardsAgent: 'Only the owner of an agent can lend it.',
  'followedHost.host': 'A Host of this user’s configuration; what that says now is carried instead.',
  'followedHost.allowedCommands[]': 'Only the user of the computer where they run can allow commands.',
  'proxy(command).allowed': 'Only the user of the computer where it runs can allow a command.',
  ...forEachKind(['local', 'remote', 'dynamic'], {
    id: 'Made anew at every import.',
    exposureConfirmedFor: 'An agreement of the user of this computer.',
    'exposureLease.address': 'An agreement of the user of this computer.',
    'exposureLease.ends(never)': 'Part of that agreement.',
    'exposureLease.ends(stop)': 'Part of that agreement.',
    'exposureLease.ends(at).at': 'Part of that agreement.',
    'exposureLease.ends(over).at': 'Part of that agreement.',
  }),
  'forwards[](remote).secondHop.port': 'Part of an agreement to run a program on the server.',
  'forwards[](remote).secondHop.tool': 'Part of that agreement.',
  'forwards[](remote).secondHop.agreedFor': 'That agreement.',
};

function forEachLogin(methods: readonly string[], field: string, reason: string) {
  return Object.fromEntries(
    methods.flatMap((method) =>
      ['', 'jumpHosts[].'].map((place) => [`${place}login(${method}).${field}`, reason]),
    ),
  );
}

function forEachKind(
  kinds: readonly string[],
  reasons: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    kinds.flatMap((kind) =>
      Object.entries(reasons).map(([field, reason]) => [`forwards[](${kind}).${field}`, reason]),
    ),
  );
}
