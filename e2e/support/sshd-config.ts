/** What a test may say about its sshd. Names and meanings are those of sshd_config(5); left out means its default. */
export interface SshdSettings {
  /**
   * The login methods that are enough: `publickey`, `password`, `keyboard-interactive`; all of a list joined by
   * commas are needed; blanks separate alternatives. Default `publickey`.
   */
  readonly authenticationMethods?: string;
  readonly gatewayPorts?: 'yes' | 'no' | 'clientspecified';
  readonly allowTcpForwarding?: 'yes' | 'no' | 'local' | 'remote';
  /** Where -L and -D may lead: `host:port`, `none`, `any`. */
  readonly permitOpen?: readonly string[];
  /** Where -R may listen: `port` or `host:port`, `none`, `any`. */
  readonly permitListen?: readonly string[];
  readonly maxAuthTries?: number;
  readonly maxSessions?: number;
  readonly loginGraceTimeSeconds?: number;
  readonly clientAliveIntervalSeconds?: number;
  readonly clientAliveCountMax?: number;
  /** Default VERBOSE. */
  readonly logLevel?: 'INFO' | 'VERBOSE' | 'DEBUG1' | 'DEBUG2' | 'DEBUG3';
  /** Lines that win over all of the above. From the first `Match` on, they stand at the end of the file. */
  readonly extraConfig?: readonly string[];
}

/** What the fixture decides itself. */
export interface SshdPlace {
  readonly host: string;
  readonly port: number;
  readonly hostKeyFiles: readonly string[];
  readonly authorizedKeysFile: string;
  /** Whether logins go through PAM: needed for keyboard-interactive. */
  readonly usesPam: boolean;
  /** Lines that only some versions of sshd understand. */
  readonly versionLines: readonly string[];
}

/** Whether one of the wanted login methods is this one. */
export function asksFor(settings: SshdSettings, method: string): boolean {
  return authenticationMethodsOf(settings)
    .split(/[\s,]+/)
    .includes(method);
}

/** The text of a configuration file. sshd takes the first value that it finds for a keyword. */
export function sshdConfig(settings: SshdSettings, place: SshdPlace): string {
  const extra = settings.extraConfig ?? [];
  const firstMatch = extra.findIndex((line) => /^\s*match\s/i.test(line));
  const globalEnd = firstMatch === -1 ? extra.length : firstMatch;
  const lines = [
    ...extra.slice(0, globalEnd),
    `Port ${place.port}`,
    `ListenAddress ${place.host}`,
    ...place.hostKeyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${place.authorizedKeysFile}`,
    ...place.versionLines,
    'PidFile none',
    'UseDNS no',
    'PrintMotd no',
    // Our files lie below a folder that everybody can write to, which StrictModes refuses.
    'StrictModes no',
    // Many clients may log in at once; the default drops some of them at random from the tenth on.
    'MaxStartups 200',
    ...loginLines(settings, place.usesPam),
    ...optionalLines(settings),
    ...extra.slice(globalEnd),
  ];
  return `${lines.join('\n')}\n`;
}

function authenticationMethodsOf(settings: SshdSettings): string {
  return settings.authenticationMethods ?? 'publickey';
}

function loginLines(settings: SshdSettings, usesPam: boolean): readonly string[] {
  const yesNo = (isOn: boolean) => (isOn ? 'yes' : 'no');
  return [
    `AuthenticationMethods ${authenticationMethodsOf(settings)}`,
    `PubkeyAuthentication ${yesNo(asksFor(settings, 'publickey'))}`,
    `PasswordAuthentication ${yesNo(asksFor(settings, 'password'))}`,
    `KbdInteractiveAuthentication ${yesNo(asksFor(settings, 'keyboard-interactive'))}`,
    `UsePAM ${yesNo(usesPam)}`,
  ];
}

function optionalLines(settings: SshdSettings): readonly string[] {
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['GatewayPorts', settings.gatewayPorts],
    ['AllowTcpForwarding', settings.allowTcpForwarding],
    ['PermitOpen', settings.permitOpen?.join(' ')],
    ['PermitListen', settings.permitListen?.join(' ')],
    ['MaxAuthTries', settings.maxAuthTries],
    ['MaxSessions', settings.maxSessions],
    ['LoginGraceTime', settings.loginGraceTimeSeconds],
    ['ClientAliveInterval', settings.clientAliveIntervalSeconds],
    ['ClientAliveCountMax', settings.clientAliveCountMax],
    ['LogLevel', settings.logLevel ?? 'VERBOSE'],
  ];
  return values.flatMap(([keyword, value]) => (value === undefined ? [] : [`${keyword} ${value}`]));
}
