/** One end of a forward in a configuration: a TCP address, or the path of a socket. */
export type SpecEnd =
  | { readonly kind: 'tcp'; readonly host: string | null; readonly port: number }
  | { readonly kind: 'path'; readonly path: string };

/** A forward as a configuration writes it; `socks` stands for a target that each client names itself. */
export interface ForwardSpec {
  readonly kind: 'local' | 'remote' | 'dynamic';
  readonly listen: SpecEnd;
  readonly target: SpecEnd | 'socks';
}

/**
 * Reads the arguments of `LocalForward`, `RemoteForward` or `DynamicForward` (readconf.c, parse_forward).
 * Null where ssh calls it a bad forwarding specification. A `RemoteForward` with one argument is a SOCKS proxy.
 */
export function parseForwardSpec(kind: ForwardSpec['kind'], args: readonly string[]): ForwardSpec | null {
  const [listen = '', target] = args;
  const isSocks = kind === 'dynamic' || (kind === 'remote' && target === undefined);
  const fields = splitFields(isSocks ? listen : `${listen}:${target ?? ''}`);
  if (fields === null) return null;
  const ends = isSocks ? socksEnds(fields) : targetEnds(fields);
  if (ends === null) return null;
  const isAnyPortAllowed = kind === 'remote';
  if (ends.listen.kind === 'tcp' && ends.listen.port === 0 && !isAnyPortAllowed) return null;
  return { kind, ...ends };
}

interface Field {
  readonly text: string;
  readonly isPath: boolean;
}

type Ends = Pick<ForwardSpec, 'listen' | 'target'>;

function socksEnds(fields: readonly Field[]): Ends | null {
  const [first, second] = fields;
  if (first === undefined || fields.length > 2) return null;
  if (second !== undefined)
    return first.isPath || second.isPath ? null : withTcp(first.text, second, 'socks');
  if (first.isPath) return { listen: { kind: 'path', path: first.text }, target: 'socks' };
  return withTcp(null, first, 'socks');
}

function targetEnds(fields: readonly Field[]): Ends | null {
  const [first, second, third, fourth] = fields;
  if (first === undefined || second === undefined) return null;
  if (fourth !== undefined && third !== undefined) {
    return withTcp(first.text, second, tcpEnd(third.text, fourth));
  }
  if (third !== undefined) {
    if (first.isPath) return withTarget({ kind: 'path', path: first.text }, tcpEnd(second.text, third));
    if (third.isPath) return withTcp(first.text, second, { kind: 'path', path: third.text });
    return withTcp(null, first, tcpEnd(second.text, third));
  }
  if (!second.isPath) return null;
  const target: SpecEnd = { kind: 'path', path: second.text };
  return first.isPath ? { listen: { kind: 'path', path: first.text }, target } : withTcp(null, first, target);
}

function withTcp(host: string | null, port: Field, target: ForwardSpec['target'] | null): Ends | null {
  const number = readPort(port.text);
  return number === null ? null : withTarget({ kind: 'tcp', host, port: number }, target);
}

function withTarget(listen: SpecEnd, target: ForwardSpec['target'] | null): Ends | null {
  return target === null ? null : { listen, target };
}

function tcpEnd(host: string, portField: Field): SpecEnd | null {
  const port = readPort(portField.text);
  return port === null || port === 0 ? null : { kind: 'tcp', host, port };
}

/** At most four fields between colons; one in brackets may hold colons itself. */
function splitFields(text: string): Field[] | null {
  const fields: Field[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    if (fields.length === 4) return null;
    const match = rest.startsWith('[') ? /^\[([^\]]*)\](?::|$)/.exec(rest) : /^([^:]*)(?::|$)/.exec(rest);
    if (!match) return null;
    const [whole, field = ''] = match;
    fields.push({ text: field, isPath: field.includes('/') });
    rest = rest.slice(whole.length);
  }
  return fields;
}

/** A port from 0 to 65535 (misc.c, a2port); a service's name is not looked up here. */
export function readPort(text: string): number | null {
  if (!/^\s*\+?\d+$/.test(text)) return null;
  const port = Number(text);
  return port <= 65535 ? port : null;
}
