import { readPort } from './forward-spec.ts';

/** How an option reads its argument; a reader gives null for what ssh refuses. */
export type ValueReader<Value> = (argument: string) => Value | null;

/** `yes` and `no`, `true` and `false`, in any case (readconf.c, multistate_flag). */
export const readFlag: ValueReader<boolean> = (argument) =>
  choose({ yes: true, true: true, no: false, false: false }, argument);

/** As `readFlag`; `unbound` and `host-bound` are about a protocol extension, and mean yes (readconf.c, multistate_pubkey_auth). */
export const readPubkeyFlag: ValueReader<boolean> = (argument) =>
  readFlag(argument) ?? choose({ unbound: true, 'host-bound': true }, argument);

/** A port from 1 to 65535. */
export const readListenedPort: ValueReader<number> = (argument) => {
  const port = readPort(argument);
  return port === 0 ? null : port;
};

/** A whole number from 0 on, in digits (misc.c, atoi_err). */
export const readCount: ValueReader<number> = (argument) => {
  if (!/^\s*[+-]?\d+$/.test(argument)) return null;
  const count = Number(argument);
  return count >= 0 && count <= 0x7fffffff ? count : null;
};

/** A span of time in seconds: `90`, `2m`, `1h30m` (sshd_config(5), TIME FORMATS); `none` is told apart as `'none'`. */
export const readSeconds: ValueReader<number | 'none'> = (argument) => {
  if (argument === 'none') return 'none';
  if (!/^(?:\d+[smhdw]?)+$/i.test(argument)) return null;
  let seconds = 0;
  for (const [, digits, unit = ''] of argument.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(digits) * (secondsOf[unit.toLowerCase()] ?? 1);
  }
  return seconds <= 0x7fffffff ? seconds : null;
};

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The address family of the connection (ssh_config(5), AddressFamily). */
export type AddressFamily = 'any' | 'inet' | 'inet6';

export const readAddressFamily: ValueReader<AddressFamily> = (argument) =>
  choose({ any: 'any', inet: 'inet', inet6: 'inet6' }, argument);

/** What happens with a host key that no file knows (ssh_config(5), StrictHostKeyChecking). */
export type StrictHostKeyChecking = 'yes' | 'ask' | 'accept-new' | 'no';

export const readStrictHostKeyChecking: ValueReader<StrictHostKeyChecking> = (argument) =>
  choose(
    { yes: 'yes', true: 'yes', no: 'no', false: 'no', off: 'no', ask: 'ask', 'accept-new': 'accept-new' },
    argument,
  );

function choose<Value>(choices: Readonly<Record<string, Value>>, argument: string): Value | null {
  const key = argument.toLowerCase();
  return Object.hasOwn(choices, key) ? (choices[key] ?? null) : null;
}
