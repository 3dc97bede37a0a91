package dev.parley.gateway.limit;

/** Decides about a connection beyond the limit of its user. */
public enum ConnectionPolicy {
  /** It is refused. */
  REFUSE,
  /** The user's oldest connection is closed for it. */
  EVICT
}
