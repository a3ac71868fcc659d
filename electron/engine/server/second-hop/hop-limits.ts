/** How long a hop goes on after the last line that we wrote, in seconds. With the time that it takes to end it, that makes under 5 s. */
export const HOP_PATIENCE_SECONDS = 4;

/**
 * How long it goes on after it last saw that anything came for the session, in seconds: it looks each second, so that the
 * last packet can have come a second before.
 */
export const HOP_PATIENCE_AFTER_LOOK_SECONDS = 3;

/** How long one direction may go on after the other has ended, in seconds; socat would give it half a second. */
export const HALF_CLOSED_SECONDS = 3600;

/** Clients at one time: each costs the server a process or two threads. */
export const MAX_HOP_CLIENTS = 256;

/**
 * When a client that was not heard is asked for a sign of life, how often, and how many times in vain, in seconds (tcp(7),
 * TCP_KEEPIDLE): one that vanished has its place for under two minutes.
 */
export const CLIENT_KEEPALIVE = { idleSeconds: 60, everySeconds: 15, tries: 3 } as const;
