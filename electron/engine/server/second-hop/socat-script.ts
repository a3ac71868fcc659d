import {
  CLIENT_KEEPALIVE,
  HALF_CLOSED_SECONDS,
  HOP_PATIENCE_AFTER_LOOK_SECONDS,
  HOP_PATIENCE_SECONDS,
} from './hop-limits.ts';
import type { HopOrder } from './hop-order.ts';
import { HOP_ENDED, HOP_LIVES } from './hop-words.ts';

/** The way to the target, as socat writes it. */
export function socatTarget({ target: { host, port } }: HopOrder): string {
  return host.includes(':') ? `TCP6:[${host}]:${port},nodelay` : `TCP4:${host}:${port},nodelay`;
}

/**
 * `setsid` makes socat and its children a group that can be ended as one; `kill -TERM -PID` in this form is the one that
 * dash, bash and BusyBox all take. Right after the start there is no such group yet, hence the tries.
 *
 * `go_on` starts a process that ends all unless it is called again in time: not every sh has a `read` with a limit of
 * time, and an `ss` that hangs must not keep a hop alive. `overhear` has a process of its own for the same reason.
 */
export function socatScript(order: HopOrder, maxClients: number): string {
  const { idleSeconds, everySeconds, tries } = CLIENT_KEEPALIVE;
  return `fill_in() { until kill -TERM "-$hop" 2>/dev/null || ! kill -0 "$hop" 2>/dev/null; do sleep 1; done; }
go_on() {
  [ -n "$watcher" ] && kill "$watcher" 2>/dev/null
  (
    sleep "$1"
    fill_in
    kill -TERM "-$$" || kill -TERM "$$"
  ) </dev/null >/dev/null 2>&1 &
  watcher=$!
  echo ${HOP_LIVES}
}
# Says so whenever more bytes have come on this session's own connection.
overhear() {
  command -v ss >/dev/null || return
  set -- $SSH_CONNECTION
  before=
  while sleep 1 >/dev/null && kill -0 "$$"; do
    said=$(ss -tni src "[$3]:$4" dst "[$1]:$2")
    came=\${said##*bytes_received:}
    [ "$came" = "$said" ] && continue
    came=\${came%% *}
    [ "$came" = "$before" ] || echo came
    before=$came
  done
}
main() {
  export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
  listen=TCP4-LISTEN
  options=
  if IFS= read -r found </proc/net/if_inet6; then
    listen=TCP6-LISTEN
    options=,ipv6only=0
  fi 2>/dev/null
  options=$options,keepalive,keepidle=${idleSeconds},keepintvl=${everySeconds},keepcnt=${tries}
  setsid sh -c 'socat "$@"; echo ${HOP_ENDED}' sh -d -d -t ${HALF_CLOSED_SECONDS} \\
    "$listen:${order.port},fork,reuseaddr,backlog=128,max-children=${maxClients}$options" ${socatTarget(order)} </dev/null &
  hop=$!
  {
    overhear 2>/dev/null &
    ear=$!
    cat
    echo end
    kill "$ear" 2>/dev/null
  } | {
    watcher=
    go_on ${HOP_PATIENCE_SECONDS}
    while IFS= read -r heard && [ "$heard" != end ]; do
      if [ "$heard" = came ]; then go_on ${HOP_PATIENCE_AFTER_LOOK_SECONDS}; else go_on ${HOP_PATIENCE_SECONDS}; fi
    done
    # Here, and not behind it all: the shell itself may be gone by now, and the watcher goes next.
    fill_in
    kill "$watcher" 2>/dev/null
  }
}
main
`;
}
