import { CLIENT_KEEPALIVE, HOP_PATIENCE_AFTER_LOOK_SECONDS, HOP_PATIENCE_SECONDS } from './hop-limits.ts';
import type { HopOrder } from './hop-order.ts';

/**
 * One process that listens, copies and watches. No single quote may stand in it. What a client needs and the server has
 * not (files, threads) costs that client or lets it wait, never the listener; a listener that is lost costs the hop.
 */
export function pythonScript({ port, target }: HopOrder, maxClients: number): string {
  const { idleSeconds, everySeconds, tries } = CLIENT_KEEPALIVE;
  const program = `
import errno, os, re, select, socket, subprocess, sys, threading, time

def say(words):
    sys.stdout.write("culvert-hop " + words + "\\n")
    sys.stdout.flush()

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

def join(client):
    client.setblocking(True)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in ("TCP_KEEPIDLE", ${idleSeconds}), ("TCP_KEEPINTVL", ${everySeconds}), ("TCP_KEEPCNT", ${tries}):
        if hasattr(socket, name):
            client.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    with socket.create_connection(("${target.host}", ${target.port}), 10) as target:
        target.settimeout(None)
        for end in (client, target):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = threading.Thread(target=copy, args=(target, client), daemon=True)
        back.start()
        copy(client, target)
        back.join()

def serve(client):
    try:
        with client:
            join(client)
    except (OSError, RuntimeError):
        pass
    finally:
        clients.discard(client)

# False: there is no room for another one now.
def take():
    client = None
    try:
        if len(clients) >= ${maxClients}:
            return False
        client = listener.accept()[0]
        clients.add(client)
        threading.Thread(target=serve, args=(client,), daemon=True).start()
        return True
    except (BlockingIOError, ConnectionError):
        return True
    except (OSError, RuntimeError) as error:
        if getattr(error, "errno", None) in (errno.EBADF, errno.EINVAL, errno.ENOTSOCK):
            raise
        if client is not None:
            clients.discard(client)
            client.close()
        return False

def accept():
    is_full = False
    try:
        while True:
            has_room = len(clients) < ${maxClients}
            if has_room and select.select([listener], [], [], 0.2 if is_full else None)[0]:
                has_room = take()
            if has_room == is_full:
                is_full = not has_room
                say("full %d" % len(clients) if is_full else "free")
            if not has_room:
                time.sleep(0.2)
    finally:
        os._exit(1)

# How many bytes have come on the own connection of this session; None where that cannot be told.
def came():
    try:
        theirs, their_port, ours, our_port = os.environ["SSH_CONNECTION"].split()
        ends = ["src", "[%s]:%s" % (ours, our_port), "dst", "[%s]:%s" % (theirs, their_port)]
        said = subprocess.run(["ss", "-tni"] + ends, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=0.7).stdout
        return re.search(b"bytes_received:([0-9]+)", said)[1]
    except (KeyError, OSError, TypeError, ValueError, subprocess.SubprocessError):
        return None

def watch():
    before = None
    until = time.monotonic() + ${HOP_PATIENCE_SECONDS}
    while time.monotonic() < until:
        if select.select([0], [], [], max(0, min(1.1, until - time.monotonic())))[0]:
            if not os.read(0, 4096):
                return
            until = time.monotonic() + ${HOP_PATIENCE_SECONDS}
        else:
            now = came()
            if now is None or now == before:
                continue
            before = now
            until = max(until, time.monotonic() + ${HOP_PATIENCE_AFTER_LOOK_SECONDS})
        say("lives")

clients = set()
try:
    if socket.has_dualstack_ipv6():
        listener = socket.create_server(("", ${port}), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
    else:
        listener = socket.create_server(("", ${port}), backlog=128)
except OSError as error:
    say("failed " + error.strerror)
    sys.exit(1)
listener.setblocking(False)
say("listening")
try:
    threading.Thread(target=accept, daemon=True).start()
    watch()
finally:
    os._exit(0)
`;
  return `main() {
  export PATH="$PATH:/usr/sbin:/sbin"
  exec python3 -c '${program}'
}
main
`;
}
