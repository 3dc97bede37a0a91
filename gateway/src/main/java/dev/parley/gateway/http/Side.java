package dev.parley.gateway.http;

/**
 * Where the paths of an endpoint are served when operators have a listener of their own ({@code
 * ops.port}). Without it, all are served by the one listener.
 */
public enum Side {
  /** For users and their back ends: only on {@code server.port}. */
  USERS,
  /** For operators: only on {@code ops.port}; on {@code server.port} the path is unknown. */
  OPERATORS,
  /** On both. */
  BOTH;

  /** Whether a listener of this side serves an endpoint that says {@code of}. */
  public boolean serves(Side of) {
    return this == BOTH || of == BOTH || this == of;
  }
}
