import { assertNever } from '#shared/assert-never.ts';
import { type Endpoint, formatEndpoint, isIpv4, isIpv6 } from '#shared/endpoint.ts';
import type { HopTool } from '#shared/second-hop.ts';

/** How often the hop is told that we are still there, in milliseconds. */
export const HOP_BEAT_MS = 1_000;

/** How long the hop goes on without being told, in seconds. With the time that it takes to end it, that makes under 5 s. */
const HOP_PATIENCE_SECONDS = 4;

/** How long one direction may go on after the other has ended; socat would give it half a second. */
const HALF_CLOSED_SECONDS = 3600;

/** Clients at one time: each costs the server a process or two threads. */
const MAX_CLIENTS = 256;

/** What a hop has said of itself. */
export type HopWords =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'listening' }
  | { readonly kind: 'failed'; readonly detail: string };

/**
 * Reads what the hop's shell has said since it began, on both of its outputs: socat's notices (`-d -d`; 1.7 and 1.8),
 * or our own words in Python's place. Once it listens, an error is one client's and no longer the hop's. `detail` is
 * the server's text, not yet safe for the screen.
 */
export function readHopWords(said: string): HopWords {
  if (/(?:socat\[\d+\] N |^culvert-hop )listening/m.test(said)) return { kind: 'listening' };
  const detail = /(?:socat\[\d+\] E |^culvert-hop failed )(.*)$/m.exec(said)?.[1];
  return detail === undefined ? { kind: 'nothing' } : { kind: 'failed', detail };
}

/** What the hop's shell says last, on a line of its own, when its program has ended by itself. */
export const HOP_ENDED = 'culvert-hop ended';

/** What a hop is to do. Everything in it is checked before it gets here: a port, and a loopback address. */
export interface HopOrder {
  readonly port: number;
  readonly target: Endpoint;
}

/** The line that matters, as one would type it. */
export function hopCommandLine(tool: HopTool, order: HopOrder): string {
  switch (tool) {
    case 'socat':
      return `socat TCP-LISTEN:${order.port},fork,reuseaddr ${socatTarget(order)}`;
    case 'python3':
      return `python3 -c '… listen on port ${order.port}, connect to ${formatEndpoint(order.target)} …'`;
    default:
      return assertNever(tool);
  }
}

/**
 * What the server's `sh` is given on its standard input; afterwards that carries a line a second, and the hop ends when
 * the line, or the input itself, ends. A program started by exec outlives its client otherwise: sshd only closes its
 * input, and notices a client that vanished without a word after minutes or never.
 *
 * All in one function, so that the shell has read it all before anything reads the lines that follow.
 */
export function hopScript(tool: HopTool, order: HopOrder): string {
  assertHarmless(order);
  switch (tool) {
    case 'socat':
      return socatScript(order);
    case 'python3':
      return pythonScript(order);
    default:
      return assertNever(tool);
  }
}

function socatTarget({ target: { host, port } }: HopOrder): string {
  return host.includes(':') ? `TCP6:[${host}]:${port},nodelay` : `TCP4:${host}:${port},nodelay`;
}

/**
 * `setsid` makes socat and its children a group that can be ended as one; `kill -TERM -PID` in this form is the one that
 * dash, bash and BusyBox all take. Right after the start there is no such group yet, hence the tries. Another process
 * watches for the silence: not every sh has a `read` with a limit of time.
 */
function socatScript(order: HopOrder): string {
  return `watch() {
  [ -n "$watcher" ] && kill "$watcher" 2>/dev/null
  (
    sleep ${HOP_PATIENCE_SECONDS}
    kill -TERM "-$hop" 2>/dev/null
    kill -TERM "$$"
  ) </dev/null >/dev/null 2>&1 &
  watcher=$!
}
main() {
  export LC_ALL=C
  listen=TCP4-LISTEN
  options=
  if IFS= read -r found </proc/net/if_inet6; then
    listen=TCP6-LISTEN
    options=,ipv6only=0
  fi 2>/dev/null
  setsid sh -c 'socat "$@"; echo ${HOP_ENDED}' sh -d -d -t ${HALF_CLOSED_SECONDS} \\
    "$listen:${order.port},fork,reuseaddr,max-children=${MAX_CLIENTS}$options" ${socatTarget(order)} </dev/null &
  hop=$!
  watcher=
  watch
  while IFS= read -r beat; do watch; done
  kill "$watcher" 2>/dev/null
  until kill -TERM "-$hop" 2>/dev/null || ! kill -0 "$hop" 2>/dev/null; do sleep 1; done
}
main
`;
}

/** One process that listens, copies and watches. No single quote may stand in it. */
function pythonScript({ port, target }: HopOrder): string {
  const program = `
import os, select, socket, sys, threading

def copy(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (a, b):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

def serve(client):
    with client:
        try:
            target = socket.create_connection(("${target.host}", ${target.port}), 10)
        except OSError:
            places.release()
            return
        with target:
            target.settimeout(None)
            for end in (client, target):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=copy, args=(target, client), daemon=True)
            back.start()
            copy(client, target)
            back.join()
    places.release()

def accept():
    while True:
        places.acquire()
        client = listener.accept()[0]
        threading.Thread(target=serve, args=(client,), daemon=True).start()

places = threading.BoundedSemaphore(${MAX_CLIENTS})
try:
    if socket.has_dualstack_ipv6():
        listener = socket.create_server(("", ${port}), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
    else:
        listener = socket.create_server(("", ${port}), backlog=128)
except OSError as error:
    print("culvert-hop failed", error.strerror, flush=True)
    sys.exit(1)
print("culvert-hop listening", flush=True)
threading.Thread(target=accept, daemon=True).start()
while select.select([0], [], [], ${HOP_PATIENCE_SECONDS})[0] and os.read(0, 4096):
    pass
os._exit(0)
`;
  return `main() {
  exec python3 -c '${program}'
}
main
`;
}

/** What goes into a program's text is a port and an address, or a mistake of ours. */
function assertHarmless({ port, target }: HopOrder): void {
  const isAddress = isIpv4(target.host) || (isIpv6(target.host) && !target.host.includes('%'));
  if (
    !isAddress ||
    ![port, target.port].every((each) => Number.isInteger(each) && each > 0 && each < 65536)
  ) {
    throw new Error('A second hop was ordered with what is no port or address.');
  }
}
