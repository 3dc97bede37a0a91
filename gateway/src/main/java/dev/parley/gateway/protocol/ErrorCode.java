package dev.parley.gateway.protocol;

import java.util.Locale;

/** Why something was refused or a run failed, as it stands on the wire (protocol, "Errors"). */
public enum ErrorCode {
  BAD_FRAME,
  UNSUPPORTED_TYPE,
  INVALID_ARGUMENT,
  UNAUTHENTICATED,
  TOKEN_EXPIRED,
  FORBIDDEN,
  NOT_FOUND,
  FRAME_TOO_LARGE,
  RATE_LIMITED,
  QUOTA_EXCEEDED,
  IDEMPOTENCY_CONFLICT,
  THREAD_BUSY,
  QUEUE_FULL,
  OVERLOADED,
  DRAINING,
  INTERNAL,
  UPSTREAM_TIMEOUT,
  UPSTREAM_PROTOCOL,
  RUN_TIMEOUT,
  GATEWAY_RESTARTED,
  AGENT_ERROR;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The code on the wire, in snake case. */
  public String wire() {
    return wire;
  }
}
