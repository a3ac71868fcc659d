import { fail, type Result, succeed } from '#shared/result.ts';
import { lowerCaseAscii } from '../ssh/pattern-list.ts';

/**
 * The name to connect to: `HostName`, in which `%h` stands for the name that was asked for and no other token has a
 * meaning (ssh_config(5), TOKENS), or that name itself. In lower case, but for a name with `%` in it: what follows there in
 * an address is the name of a network interface. A failure is a sentence; ssh ends there.
 */
export function connectedName(hostName: string | undefined, host: string): Result<string, string> {
  if (hostName === undefined) return succeed(loweredName(host));
  if (/%(?![h%])/.test(hostName.replaceAll('%%', ''))) {
    return fail(`HostName can hold no token but %h: “${hostName}”.`);
  }
  return succeed(
    loweredName(hostName.replace(/%([h%])/g, (_all, token) => (token === 'h' ? loweredName(host) : '%'))),
  );
}

/** A name as it must stand in `HostName` to come out as it is. */
export function literalHostName(name: string): string {
  return name.replaceAll('%', '%%');
}

const loweredName = (name: string): string => (name.includes('%') ? name : lowerCaseAscii(name));
