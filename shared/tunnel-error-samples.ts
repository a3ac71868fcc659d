import type { TunnelError, TunnelErrorCode } from './tunnel-error.ts';

const at = { host: 'core.example.org', port: 22 };
const endpoint = { host: 'localhost', port: 42424 };
const target = { host: 'imap', port: 143 };
const file = '/home/andre/.ssh/id_rsa';
const knownHosts = '/home/andre/.ssh/known_hosts';
const fingerprint = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDVHiFzTvzdYvzvtaM';

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
  ],
  protocolError: [
    { code: 'protocolError', ...at, detail: 'its host key is malformed' },
    { code: 'protocolError', ...at, detail: '' },
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
      known: [{ keyType: 'ssh-ed25519', fingerprint, file: knownHosts, line: 3 }],
    },
  ],
  hostKeyRevoked: [{ code: 'hostKeyRevoked', ...at, fingerprint, file: knownHosts, line: 3 }],
  hostKeyNotTrusted: [{ code: 'hostKeyNotTrusted', ...at, fingerprint }],
  knownHostsUnreadable: [
    { code: 'knownHostsUnreadable', file: knownHosts, cause: 'EACCES' },
    { code: 'knownHostsUnreadable', file: knownHosts, cause: 'it is not an ordinary file' },
  ],
  knownHostsUnwritable: [{ code: 'knownHostsUnwritable', file: knownHosts, cause: 'EROFS' }],
  loginRefused: [
    { code: 'loginRefused', ...at, user: 'andre', tried: [], serverAccepts: [] },
    {
      code: 'loginRefused',
      ...at,
      user: 'andre',
      tried: ['agent key andre@laptop', 'password'],
      serverAccepts: ['publickey', 'password'],
    },
  ],
  secretRefused: [
    { code: 'secretRefused', ...at, user: 'andre', what: 'password', tries: 3 },
    { code: 'secretRefused', ...at, user: 'andre', what: 'passphrase', tries: 3 },
    { code: 'secretRefused', ...at, user: 'andre', what: 'answer', tries: 3 },
  ],
  tooManyLoginAttempts: [{ code: 'tooManyLoginAttempts', ...at, user: 'andre' }],
  passwordExpired: [{ code: 'passwordExpired', ...at, user: 'andre' }],
  loginCancelled: [{ code: 'loginCancelled', ...at }],
  loginTimedOut: [{ code: 'loginTimedOut', ...at }],
  keyFileMissing: [{ code: 'keyFileMissing', file }],
  keyFileUnreadable: [
    { code: 'keyFileUnreadable', file, cause: 'EACCES' },
    { code: 'keyFileUnreadable', file, cause: 'EISDIR' },
    { code: 'keyFileUnreadable', file, cause: 'EWHATEVER' },
  ],
  keyFileUnsupported: (['pkcs8', 'puttyV3', 'publicKey', 'certificate', 'tooLarge', 'unknown'] as const).map(
    (format) => ({ code: 'keyFileUnsupported', file, format }),
  ),
  agentUnavailable: [
    { code: 'agentUnavailable', socket: null },
    { code: 'agentUnavailable', socket: '/run/user/1000/ssh-agent' },
  ],
  agentHasNoKeys: [{ code: 'agentHasNoKeys', socket: '/run/user/1000/ssh-agent' }],
  portInUse: [
    { code: 'portInUse', endpoint, holder: null },
    { code: 'portInUse', endpoint, holder: { name: 'python3', pid: 4711 } },
  ],
  portNeedsPrivilege: [{ code: 'portNeedsPrivilege', endpoint: { host: 'localhost', port: 143 } }],
  addressNotHere: [{ code: 'addressNotHere', endpoint: { host: '10.8.0.2', port: 8080 } }],
  listenFailed: [{ code: 'listenFailed', endpoint, cause: 'EMFILE' }],
  remoteForwardRefused: [
    { code: 'remoteForwardRefused', endpoint: { host: '', port: 8080 } },
    { code: 'remoteForwardRefused', endpoint: { host: '*', port: 0 } },
  ],
  exposureNotConfirmed: [{ code: 'exposureNotConfirmed', endpoint: { host: '0.0.0.0', port: 8080 } }],
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
