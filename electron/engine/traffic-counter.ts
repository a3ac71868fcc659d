/**
 * What one forward has carried since Start; it outlives the sessions. Plain fields, because the pump
 * adds to them for every chunk.
 */
export class TrafficCounter {
  /** Bytes that came from SSH channels to this computer's side. */
  received = 0;
  /** Bytes that this computer's side gave to SSH channels. */
  sent = 0;
  /** Clients that are connected now, those that wait for a session or a channel too. */
  connectionsOpen = 0;
  /** Clients since Start. */
  connectionsTotal = 0;

  /** Counts a new client; call the returned function once it is gone. */
  connectionOpened(): () => void {
    this.connectionsOpen += 1;
    this.connectionsTotal += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.connectionsOpen -= 1;
      isOpen = false;
    };
  }
}
