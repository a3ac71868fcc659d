import type { PortHolder } from './port-holder.ts';
import { serverMisdeedSchema } from './server-misdeed.ts';
import type { TunnelError, TunnelErrorCode } from './tunnel-error.ts';

const at = { host: 'core.example.org', port: 22 };
const endpoint = { host: 'localhost', port: 42424 };
const target = { host: 'imap', port: 143 };
const file = '/home/andre/.ssh/id_rsa';
const knownHosts = '/home/andre/.ssh/known_hosts';
const fingerprint = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDVHiFzTvzdYvzvtaM';

const python = (address: string): PortHolder => ({
  kind: 'program',
  name: 'python3',
  pid: 4711,
  since: Date.UTC(2026, 10, 26, 9),
  address,
});

/** For tests: everybody who can hold a port. */
export const PORT_HOLDERS: readonly PortHolder[] = [
  python('127.0.0.1'),
  { kind: 'program', name: 'svchost.exe', pid: 1, since: null, address: '0.0.0.0' },
  { kind: 'otherCulvert', pid: 4712, since: Date.UTC(2026, 10, 26, 9), address: '127.0.0.1' },
  { kind: 'unseen', user: 'postgres', address: '127.0.0.1' },
  { kind: 'unseen', user: null, address: '127.0.0.1' },
  { kind: 'ourTunnel', tunnelId: 'a', tunnelName: 'Mail', forwardId: 'b', address: '127.0.0.1' },
  { kind: 'practiceServer', address: '127.0.0.1' },
];

/** For tests: every error that there is, in every shape that changes its words. Does not compile when one is missing. */
export const TUNNEL_ERROR_SAMPLES: {
  readonly [Code in TunnelErrorCode]: readonly Extract<TunnelError, { code: Code }>[];
} = {
  hostNotFound: [{ code: 'hostNotFound', ...at }],
  connectionRefused: [{ code: 'connectionRefused', ...at }],
  connectTimedOut: [{ code: 'connectTimedOut', ...at, seconds: 20 }],
  networkUnreachable: [{ code: 'networkUnreachable', ...at }],
  notAnSshServer: [{ code: 'notAnSshServer', host: '2001:db8::1', port: 143 }],
  handshakeTimedOut: [{ code: 'handshakeTimedOut', ...at, seconds: 20 }],
  noCommonAlgorithm: [
    { code: 'noCommonAlgorithm', ...at, kind: 'key exchange', legacyMayHelp: true },
    { code: 'noCommonAlgorithm', ...at, kind: 'cipher', legacyMayHelp: false },
    {
      code: 'noCommonAlgorithm',
      ...at,
      kind: 'key exchange',
      legacyMayHelp: false,
      offered: ['diffie-hellman-group18-sha512'],
    },
  ],
  sshVersionUnsupported: [{ code: 'sshVersionUnsupported', ...at, version: '1.5' }],
  serverMisbehaves: serverMisdeedSchema.options.map((misdeed) => ({
    code: 'serverMisbehaves',
    ...at,
    misdeed,
  })),
  protocolError: [
    { code: 'protocolError', ...at, detail: 'its host key is malformed' },
    { code: 'protocolError', ...at, detail: '' },
  ],
  jumpFailed: [
    { code: 'jumpFailed', ...at, via: 'gate.example:22', detail: 'Connection refused' },
    { code: 'jumpFailed', ...at, via: 'gate.example:22', detail: '' },
  ],
  jumpNotPermitted: [{ code: 'jumpNotPermitted', ...at, via: 'gate.example:22', detail: 'open failed' }],
  proxyUnreachable: [
    { code: 'proxyUnreachable', ...at, detail: 'hostNotFound' },
    { code: 'proxyUnreachable', ...at, detail: 'connectionRefused' },
    { code: 'proxyUnreachable', ...at, detail: 'connectTimedOut' },
    { code: 'proxyUnreachable', ...at, detail: 'networkUnreachable' },
    { code: 'proxyUnreachable', ...at, detail: 'connectionLost' },
  ],
  proxyRefused: [
    { code: 'proxyRefused', ...at, target: { host: 'imap', port: 143 }, detail: 'its rules do not allow it' },
  ],
  proxyLoginRefused: [
    { code: 'proxyLoginRefused', ...at, user: '' },
    { code: 'proxyLoginRefused', ...at, user: 'ana' },
  ],
  notSuchAProxy: [
    { code: 'notSuchAProxy', ...at, kind: 'socks5' },
    { code: 'notSuchAProxy', ...at, kind: 'http' },
  ],
  commandNotAllowed: [{ code: 'commandNotAllowed', command: 'nc %h %p' }],
  commandUnusable: [{ code: 'commandUnusable', command: 'nc %z', detail: 'It has the unknown token %z.' }],
  commandEnded: [
    { code: 'commandEnded', command: 'nc %h %p', exitCode: 1, said: 'nc: not found' },
    { code: 'commandEnded', command: 'nc %h %p', exitCode: null, said: '' },
    {
      code: 'commandEnded',
      command: 'ssh -W %h:%p gate',
      exitCode: 255,
      said: 'Permission denied (publickey).',
    },
  ],
  connectionLost: [{ code: 'connectionLost', ...at }],
  serverClosed: [
    { code: 'serverClosed', ...at, reason: null },
    { code: 'serverClosed', ...at, reason: 'The system is going down NOW!' },
    { code: 'serverClosed', ...at, reason: 'idle for too long' },
  ],
  serverSilent: [{ code: 'serverSilent', ...at, seconds: 45 }],
  engineRestarted: [{ code: 'engineRestarted' }],
  hostKeyChanged: [
    {
      code: 'hostKeyChanged',
      ...at,
      keyType: 'ssh-ed25519',
      fingerprint,
      randomart: '+--[ED25519 256]--+',
      alias: null,
      address: '192.0.2.7',
      knownAs: '[core]:2222',
      known: [
        {
          keyType: 'ssh-ed25519',
          fingerprint,
          randomart: '+--[ED25519 256]--+',
          file: knownHosts,
          line: 3,
          text: '[core]:2222 ssh-ed25519 AAAA',
          digest: 'ab'.repeat(32),
          isRewritable: true,
          isForOthers: false,
        },
      ],
    },
  ],
  hostKeyRevoked: [{ code: 'hostKeyRevoked', ...at, fingerprint, file: knownHosts, line: 3 }],
  hostKeyNotListed: [
    { code: 'hostKeyNotListed', ...at, keyType: 'ssh-ed25519', fingerprint, knownAs: '[core]:2222' },
  ],
  hostKeyNotTrusted: [{ code: 'hostKeyNotTrusted', ...at, fingerprint }],
  knownHostsUnreadable: [
    { code: 'knownHostsUnreadable', file: knownHosts, cause: 'EACCES' },
    { code: 'knownHostsUnreadable', file: knownHosts, cause: 'it is not an ordinary file' },
  ],
  loginRefused: [
    { code: 'loginRefused', ...at, user: 'andre', tried: [], serverAccepts: [] },
    {
      code: 'loginRefused',
      ...at,
      user: 'andre',
      tried: ['agent key andre@laptop', 'password'],
      serverAccepts: ['publickey', 'password'],
    },
    ...(
      [
        { why: 'expired', label: `${file}-cert.pub`, at: Date.UTC(2020, 0, 2) },
        { why: 'notYetValid', label: `${file}-cert.pub`, at: Date.UTC(2030, 0, 2) },
        { why: 'hostCertificate', label: `${file}-cert.pub` },
        { why: 'otherNames', label: `${file}-cert.pub`, names: ['ops', 'web'] },
      ] as const
    ).map((certificate) => ({
      code: 'loginRefused' as const,
      ...at,
      user: 'andre',
      tried: [certificate.label],
      serverAccepts: ['publickey'],
      certificate: 'names' in certificate ? { ...certificate, names: [...certificate.names] } : certificate,
    })),
    ...[1, 26].map((agentKeysLeft) => ({
      code: 'loginRefused' as const,
      ...at,
      user: 'andre',
      tried: ['agent key andre@laptop'],
      serverAccepts: ['publickey'],
      agentKeysLeft,
    })),
  ],
  secretRefused: [
    { code: 'secretRefused', ...at, user: 'andre', what: 'password', tries: 3 },
    { code: 'secretRefused', ...at, user: 'andre', what: 'passphrase', tries: 3 },
    { code: 'secretRefused', ...at, user: 'andre', what: 'answer', tries: 3 },
  ],
  tooManyLoginAttempts: [{ code: 'tooManyLoginAttempts', ...at, user: 'andre' }],
  passwordExpired: [
    { code: 'passwordExpired', ...at, user: 'andre' },
    { code: 'passwordExpired', ...at, user: 'andre', newRefused: true },
  ],
  accountExpired: [
    {
      code: 'accountExpired',
      ...at,
      user: 'andre',
      reason: 'Your account has expired; please contact your administrator.',
    },
  ],
  loginCancelled: [{ code: 'loginCancelled', ...at }],
  loginTimedOut: [{ code: 'loginTimedOut', ...at }],
  keyFileMissing: [{ code: 'keyFileMissing', file }],
  keyFileUnreadable: [
    { code: 'keyFileUnreadable', file, cause: 'EACCES' },
    { code: 'keyFileUnreadable', file, cause: 'EISDIR' },
    { code: 'keyFileUnreadable', file, cause: 'ETIMEDOUT' },
    { code: 'keyFileUnreadable', file, cause: 'EWHATEVER' },
  ],
  keyFileExposed: [
    { code: 'keyFileExposed', file, mode: '0644' },
    { code: 'keyFileExposed', file: '~/my keys/id', mode: '0777' },
  ],
  keyFileUnsupported: (
    [
      'pkcs8',
      'pkcs8Locked',
      'lockedOtherwise',
      'puttyV3',
      'publicKey',
      'certificate',
      'securityKey',
      'tooLarge',
      'unknown',
    ] as const
  ).map((format) => ({ code: 'keyFileUnsupported', file, format })),
  agentUnavailable: [
    { code: 'agentUnavailable', socket: null },
    { code: 'agentUnavailable', socket: '/run/user/1000/ssh-agent' },
    { code: 'agentUnavailable', socket: null, wanted: 'none' },
    { code: 'agentUnavailable', socket: null, wanted: '$WORK_AGENT' },
  ],
  agentKeyMissing: [
    { code: 'agentKeyMissing', socket: '/run/agent', comment: 'andre@laptop', fingerprint: 'SHA256:abc' },
    { code: 'agentKeyMissing', socket: '/run/agent', comment: '', fingerprint: 'SHA256:abc' },
  ],
  agentHasNoKeys: [{ code: 'agentHasNoKeys', socket: '/run/user/1000/ssh-agent' }],
  agentRefused: [{ code: 'agentRefused', ...at, user: 'andre', key: 'agent key andre@laptop' }],
  portInUse: [
    { code: 'portInUse', endpoint, holder: null },
    ...PORT_HOLDERS.map((holder) => ({ code: 'portInUse' as const, endpoint, holder })),
    { code: 'portInUse', endpoint: { host: '::1', port: 42424 }, holder: null },
    { code: 'portInUse', endpoint: { host: '::1', port: 42424 }, holder: python('::1') },
    { code: 'portInUse', endpoint: { host: '*', port: 42424 }, holder: python('192.168.1.5') },
    { code: 'portInUse', endpoint: { host: '', port: 42424 }, holder: python('0.0.0.0') },
  ],
  portNeedsPrivilege: [
    { code: 'portNeedsPrivilege', endpoint: { host: 'localhost', port: 143 }, freeFrom: 1024 },
    { code: 'portNeedsPrivilege', endpoint: { host: 'localhost', port: 143 }, freeFrom: null },
    { code: 'portNeedsPrivilege', endpoint: { host: 'localhost', port: 8443 }, freeFrom: null },
  ],
  portReserved: [
    {
      code: 'portReserved',
      endpoint: { host: 'localhost', port: 50010 },
      range: { first: 50000, last: 50059 },
    },
    { code: 'portReserved', endpoint: { host: 'localhost', port: 5357 }, range: { first: 5357, last: 5357 } },
  ],
  addressNotHere: [
    { code: 'addressNotHere', endpoint: { host: '10.8.0.2', port: 8080 }, addresses: [] },
    { code: 'addressNotHere', endpoint: { host: '10.8.0.2', port: 8080 }, addresses: ['192.168.1.5'] },
    {
      code: 'addressNotHere',
      endpoint: { host: '10.8.0.2', port: 8080 },
      addresses: [
        '192.168.1.5',
        'fe80::aede:48ff:fe00:1122%enp0s31f6',
        '2001:db8:1111:2222:3333:4444:5555:6666',
      ],
    },
  ],
  listenFailed: [{ code: 'listenFailed', endpoint, cause: 'EMFILE' }],
  remoteForwardRefused: [
    { code: 'remoteForwardRefused', endpoint: { host: '', port: 8080 } },
    { code: 'remoteForwardRefused', endpoint: { host: '*', port: 0 } },
    ...(
      [
        { kind: 'ghost', pid: 4711, since: 1_700_000_000_000 },
        { kind: 'ourTunnel', tunnelId: 'x', tunnelName: 'Files' },
        { kind: 'sameAccount', user: 'andre', process: null },
        { kind: 'sameAccount', user: 'andre', process: { name: 'python3', pid: 12 } },
        { kind: 'other', user: 'root', process: null },
        { kind: 'other', user: null, process: { name: 'nginx', pid: 80 } },
        { kind: 'other', user: null, process: null },
        { kind: 'nobody' },
      ] as const
    ).map((holder) => ({
      code: 'remoteForwardRefused' as const,
      endpoint: { host: '', port: 8080 },
      holder,
    })),
  ],
  exposureNotConfirmed: [{ code: 'exposureNotConfirmed', endpoint: { host: '0.0.0.0', port: 8080 } }],
  secondHopFailed: (
    [
      'portInUse',
      'portIsOurs',
      'portNeedsPrivilege',
      'noCommands',
      'busy',
      'ended',
      'notAgreed',
      'hidesSources',
      'entranceNotOurs',
      'entranceUnknown',
    ] as const
  ).map((reason) => ({
    code: 'secondHopFailed',
    host: 'core.example.net',
    port: 43000,
    reason,
    detail: 'socat: not found',
  })),
  exposureExpired: [{ code: 'exposureExpired', endpoint: { host: '*', port: 8080 }, at: 1_700_000_000_000 }],
  targetRefused: [
    { code: 'targetRefused', target, detail: 'Connection refused' },
    { code: 'targetRefused', target, detail: 'ECONNREFUSED' },
    { code: 'targetRefused', target, detail: '' },
  ],
  targetNotAllowed: [{ code: 'targetNotAllowed', target, detail: 'open failed' }],
  unexpected: [{ code: 'unexpected', detail: 'The host key was not checked.' }],
};

/** For tests: all of them in one list. */
export const ALL_TUNNEL_ERRORS: readonly TunnelError[] = Object.values(TUNNEL_ERROR_SAMPLES).flat();
