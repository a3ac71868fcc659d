/** A section of what the script prints; each begins with a line of its own. */
export const LOOK_SECTIONS = [
  'account',
  'system',
  'parents',
  'session',
  'addresses',
  'users',
  'ss-listening',
  'ss-established',
  'netstat',
  'bsd-netstat',
  'lsof',
  'proc',
  'end',
] as const;

export type LookSection = (typeof LOOK_SECTIONS)[number];

/** What the look runs on the server, and how its answer is told from everything else that a server may say. */
export interface LookProgram {
  /** POSIX sh; its `main` is the look. */
  readonly definitions: string;
  /** Begins the line that begins a section; the section's name follows. */
  readonly sectionMark: string;
}

/**
 * Makes the look for a nonce of letters and digits. The script reads and prints, and changes nothing: no files and no
 * settings. Its marks are put together only where it runs, so that a program which merely
 * repeats what it is sent (`ForceCommand cat`) is not taken for an answer. Each list is cut on the server's side, to sockets
 * that listen or are connected first: a busy server has thousands in TIME-WAIT.
 */
export function lookProgram(nonce: string): LookProgram {
  return { definitions: DEFINITIONS.replace('NONCE', nonce), sectionMark: `culvert-part-${nonce} ` };
}

/**
 * An ordinary user's PATH lacks the administrators' folders, where ss, ip and ifconfig stand on many systems.
 * On Linux ss comes first, as it alone tells owners and programs of both families in full; netstat without -W cuts
 * addresses. `-e` is for the owner's number, which BusyBox's netstat does not tell: there /proc/net/tcp comes first.
 */
const DEFINITIONS = `LC_ALL=C
LANG=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL LANG PATH
part() { printf '%s-%s %s\\n' culvert-part NONCE "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }
parents() {
  p=$PPID
  for i in 1 2 3 4 5 6; do
    name=
    up=
    if [ -r "/proc/$p/status" ]; then
      while read -r key value; do
        case $key in
          Name:) name=$value ;;
          PPid:) up=$value; break ;;
        esac
      done <"/proc/$p/status"
    elif has ps; then
      name=$(ps -o comm= -p "$p" 2>/dev/null)
      up=$(ps -o ppid= -p "$p" 2>/dev/null | tr -d ' ')
    fi
    printf '%s %s\\n' "$p" "$name"
    case $up in '' | 0 | 1) break ;; esac
    p=$up
  done
}
try() {
  name=$1
  shift
  out=$("$@" 2>/dev/null | sed -n -e /LISTEN/p -e /ESTAB/p | head -n 6000)
  case $out in *LISTEN*) ;; *) return 1 ;; esac
  part "$name"
  printf '%s\\n' "$out"
}
linux() {
  if has ss && try ss-listening ss -tlnep; then
    part ss-established
    ss -tnep state established 2>/dev/null | head -n 3000
    return
  fi
  if has netstat; then
    try netstat netstat -tanepW && return
    try netstat netstat -tanep && return
    if [ ! -r /proc/net/tcp ]; then try netstat netstat -tan && return; fi
  fi
  part proc
  sed -n -e '/ 01 /p' -e '/ 0A /p' /proc/net/tcp 2>/dev/null | head -n 4000
  sed -n -e '/ 01 /p' -e '/ 0A /p' /proc/net/tcp6 2>/dev/null | head -n 4000
}
bsd() {
  has netstat || return
  try bsd-netstat netstat -anW -p tcp || try bsd-netstat netstat -an -p tcp || try bsd-netstat netstat -an
}
main() {
  part account
  id -u
  id -un
  part system
  uname -s
  part parents
  parents
  part session
  printf '%s\\n' "$SSH_CONNECTION"
  part addresses
  out=
  if has ip; then out=$(ip -o addr 2>/dev/null | head -n 400); fi
  if [ -z "$out" ] && has ifconfig; then out=$(ifconfig -a 2>/dev/null | head -n 2000); fi
  printf '%s\\n' "$out"
  part users
  sed -n 's/^\\([^:#]*\\):[^:]*:\\([0-9]*\\):.*/\\1:x:\\2:/p' /etc/passwd 2>/dev/null | head -n 2000
  case $(uname -s) in
    Linux | Android) linux ;;
    Darwin)
      bsd
      part lsof
      lsof -nP +c 0 -iTCP -sTCP:LISTEN -FpcuLftdPnT 2>/dev/null | head -n 20000
      ;;
    *) bsd ;;
  esac
  part end
}
`;
