/** What Culvert does about an option of ssh_config(5). */
export type KeywordFate =
  /** Takes effect as it does for ssh. */
  | 'honoured'
  /** Means nothing to a program that opens no shell and no terminal, or that draws its own pictures. */
  | 'needless'
  /** Would change what happens, at least by some of its values, and does not: a person must be told; see `value-words.ts`. */
  | 'notHonoured'
  /** Not an option of any ssh that we know. */
  | 'unknown';

/**
 * The fate of an option, by its keyword in any case. The names are those of ssh_config(5) of OpenSSH 10, the
 * older names that readconf.c still takes, and those of Apple's ssh.
 */
export function keywordFate(keyword: string): KeywordFate {
  const name = keyword.toLowerCase();
  if (honoured.has(name)) return 'honoured';
  if (needless.has(name)) return 'needless';
  return notHonoured.has(name) ? 'notHonoured' : 'unknown';
}

/** An option as ssh_config(5) writes it; an unknown one as it was given. */
export function spellKeyword(keyword: string): string {
  return spellings.get(keyword.toLowerCase()) ?? keyword;
}

const spellings = new Map<string, string>();

function names(text: string): ReadonlySet<string> {
  const spelled = text.match(/\S+/g) ?? [];
  for (const name of spelled) spellings.set(name.toLowerCase(), name);
  return new Set(spelled.map((name) => name.toLowerCase()));
}

const honoured = names(`
  Host Match Include IgnoreUnknown
  HostName Port User IdentityFile IdentitiesOnly IdentityAgent ProxyJump ProxyCommand UserKnownHostsFile
  GlobalKnownHostsFile HostKeyAlias StrictHostKeyChecking ServerAliveInterval ServerAliveCountMax ConnectTimeout
  BindAddress AddressFamily LocalForward RemoteForward DynamicForward GatewayPorts ExitOnForwardFailure
  ClearAllForwardings ForwardAgent CertificateFile PreferredAuthentications PubkeyAuthentication DSAAuthentication
  PasswordAuthentication KbdInteractiveAuthentication ChallengeResponseAuthentication SkeyAuthentication TISAuthentication
`);

const needless = names(`
  ControlMaster ControlPath ControlPersist EnableEscapeCommandline EscapeChar
  ForkAfterAuthentication LogLevel LogVerbose RemoteCommand RequestTTY
  SendEnv SessionType SetEnv StdinNull SyslogFacility VisualHostKey
  ForwardX11 ForwardX11Timeout ForwardX11Trusted XAuthLocation
  ObscureKeystrokeTiming Tag WarnWeakCrypto
  UsePrivilegedPort FallBackToRsh UseRsh Protocol Cipher CompressionLevel RSAAuthentication RhostsAuthentication
  RhostsRSAAuthentication AFSTokenPassing KerberosAuthentication KerberosTgtPassing UseRoaming
`);

const notHonoured = names(`
  AddKeysToAgent BatchMode ConnectionAttempts FingerprintHash HashKnownHosts IPQoS LocalCommand
  NumberOfPasswordPrompts PermitLocalCommand ProxyUseFdpass TCPKeepAlive UseKeychain
  BindInterface CASignatureAlgorithms CanonicalDomains CanonicalizeFallbackLocal CanonicalizeHostname
  CanonicalizeMaxDots CanonicalizePermittedCNAMEs ChannelTimeout
  CheckHostIP Ciphers Compression EnableSSHKeysign GSSAPIAuthentication
  GSSAPIClientIdentity GSSAPIDelegateCredentials GSSAPIKeyExchange GSSAPIKexAlgorithms
  GSSAPIRenewalForcesRekey GSSAPIServerIdentity GSSAPITrustDns HostKeyAlgorithms HostbasedAcceptedAlgorithms
  HostbasedAuthentication HostbasedKeyTypes KbdInteractiveDevices KexAlgorithms
  KeepAlive KnownHostsCommand MACs NoHostAuthenticationForLocalhost PKCS11Provider
  PermitRemoteOpen PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes
  RefuseConnection RekeyLimit RequiredRSASize RevokedHostKeys SecurityKeyProvider
  SmartcardDevice StreamLocalBindMask StreamLocalBindUnlink Tunnel
  TunnelDevice UpdateHostKeys VerifyHostKeyDNS VersionAddendum
`);
