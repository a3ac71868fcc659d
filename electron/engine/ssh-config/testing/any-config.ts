import fc from 'fast-check';

const words = [
  'a',
  'b',
  'foo',
  'FOO',
  'foo.example.org',
  '*.org',
  'f?o',
  '!a',
  '*',
  '"a b"',
  "'foo'",
  'a,b',
  '!*.org',
  'x#y',
  '#z',
  '10.0.0.1',
  '::1',
];
const word = fc.constantFrom(...words);
const value = fc.constantFrom(
  ...words,
  'yes',
  'no',
  'YES',
  'true',
  '22',
  '0',
  '70000',
  '2m',
  '1h30',
  'none',
  'ask',
  'accept-new',
  'off',
  'inet',
  'inet6',
  'any',
  '%h',
  '%p.x',
  '~/.ssh/%r',
  '/a/%n',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh puts the variable in
  '${HOME}/x',
  '%%',
  '8080',
  'h:80',
  '[::1]:80',
  '/tmp/s',
  'localhost:90',
  '*:91',
  'u@j:22',
  'j1,j2',
  'SSH_AUTH_SOCK',
  '\\"',
  'a\\ b',
  '"',
  '""',
);

/** Options, and values that each of them takes. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  HostName: ['a', '%h.example.org', 'b', 'foo', 'X%%y'],
  Port: ['22', '2222'],
  User: ['root', 'joe'],
  IdentityFile: ['~/.ssh/a', 'none', '"x y"', 'b'],
  IdentitiesOnly: ['yes', 'no'],
  CertificateFile: ['~/.ssh/a-cert.pub', 'none', '"x y"'],
  PubkeyAuthentication: ['yes', 'no'],
  PasswordAuthentication: ['yes', 'no'],
  KbdInteractiveAuthentication: ['yes', 'no'],
  ChallengeResponseAuthentication: ['no'],
  PreferredAuthentications: ['publickey', 'password,publickey', 'x'],
  IdentityAgent: ['none', '~/agent', '/run/%u', '$HOME'],
  ProxyJump: ['none', 'j1', 'u@j:22,k', 'ssh://j:33'],
  ProxyCommand: ['none', 'nc %h %p # x', '"a b"'],
  UserKnownHostsFile: ['none', '~/.ssh/kh_%h /b', '/a'],
  GlobalKnownHostsFile: ['none', '/a /b'],
  HostKeyAlias: ['Alias', 'b'],
  StrictHostKeyChecking: ['yes', 'no', 'ask', 'accept-new', 'off'],
  ServerAliveInterval: ['5', '1m', 'none'],
  ServerAliveCountMax: ['0', '4'],
  ConnectTimeout: ['10', '1m30s', 'none'],
  BindAddress: ['192.0.2.1'],
  AddressFamily: ['inet', 'inet6', 'any'],
  LocalForward: ['8080 h:80', '[::1]:81 [fe80::1]:82', '/tmp/%h h:1'],
  RemoteForward: ['9000', '*:90 /tmp/sock', '0 h:1'],
  DynamicForward: ['1080', 'x:1081'],
  GatewayPorts: ['yes', 'no'],
  ExitOnForwardFailure: ['yes', 'no'],
  ClearAllForwardings: ['yes', 'no'],
  ForwardAgent: ['yes', 'no', '$HOME'],
};

/** What a token that ssh expands only in use does not spoil, and a name that the resolver would not rewrite. */
function isComparable(keyword: string, text: string): boolean {
  if (keyword === 'HostName') return !/^(22|0|70000|8080)$/.test(text);
  // ssh looks whether the socket exists.
  if (keyword === 'ForwardAgent') return /^(yes|no|true|\$HOME)\b/i.test(text);
  // ssh 9.2 jumps by way of a host of the name “none” where anything stands behind that word.
  return keyword !== 'ProxyJump' || !/none[ \t]+\S/.test(text);
}

const option = fc
  .tuple(
    fc.constantFrom(...Object.keys(fitting)),
    fc.constantFrom(' ', '=', ' = ', '\t', '  ', ' ='),
    fc.array(value, { minLength: 1, maxLength: 2 }),
    fc.nat(),
    fc.boolean(),
    fc.constantFrom('', '', '', ' # c', ' x', '\t', '\r', '  '),
  )
  .map(([keyword, separator, values, choice, isFitting, tail]) => {
    const choices = fitting[keyword] ?? [];
    const isPair = /Forward$|KnownHosts/.test(keyword);
    const text = isFitting ? choices[choice % choices.length] : values.slice(0, isPair ? 2 : 1).join(' ');
    return { keyword, line: `${keyword}${separator}${text}${tail}`, text: `${text}${tail}` };
  })
  .filter(({ keyword, text }) => isComparable(keyword, text))
  .map(({ line }) => line);

const criteria = fc
  .array(fc.tuple(fc.constantFrom('host', '!host', 'originalhost', 'user', 'localuser', '!user'), word), {
    minLength: 1,
    maxLength: 2,
  })
  .map((pairs) => pairs.map((pair) => pair.join(' ')).join(' '));

const line = fc.oneof(
  { weight: 8, arbitrary: option },
  {
    weight: 3,
    arbitrary: fc.array(word, { minLength: 1, maxLength: 3 }).map((found) => `Host ${found.join(' ')}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'final ', 'canonical ', '!final '), criteria)
      .map(([first, others]) => `Match ${first}${others}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Match all',
      'Match final all',
      'Match !all',
      'Match user a all',
      'Match',
      'match ALL # c',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '# x', '   ') },
);

/** A configuration of a few lines, about half of which ssh accepts. */
export const anyConfig: fc.Arbitrary<string> = fc
  .array(line, { minLength: 1, maxLength: 5 })
  .map((lines) => `${lines.join('\n')}\n`);
