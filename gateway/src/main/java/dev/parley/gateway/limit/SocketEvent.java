package dev.parley.gateway.limit;

/** What {@link SocketSlots} did because a bound was reached. */
public enum SocketEvent {
  /** A socket got no slot: its address has as many without a user. */
  ADDRESS_FULL,
  /** A socket got no slot: there are as many in all. */
  ALL_FULL,
  /** The oldest idle socket of an address lost its slot to a newer one. */
  IDLE_EVICTED,
  /** The oldest socket without a user lost its slot to a newer one. */
  OLDEST_EVICTED,
  /** The oldest idle HTTP socket of a user lost its slot to a newer one. */
  CALLER_EVICTED,
  /** The oldest idle HTTP socket of any user lost its slot to a newer one: there were none left. */
  FULL_EVICTED
}
