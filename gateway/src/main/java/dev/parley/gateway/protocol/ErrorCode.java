package dev.parley.gateway.protocol;

import java.util.Locale;

/**
 * Why a request or command was refused, or why a run failed (protocol, "Errors" and "How a run
 * ends").
 */
public enum ErrorCode implements WireName {
  BAD_FRAME(HttpStatus.BAD_REQUEST, CloseReason.ABUSE),
  UNSUPPORTED_TYPE(HttpStatus.BAD_REQUEST, CloseReason.ABUSE),
  INVALID_ARGUMENT(HttpStatus.BAD_REQUEST, CloseReason.ABUSE),
  UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, CloseReason.UNAUTHENTICATED),
  TOKEN_EXPIRED(HttpStatus.UNAUTHORIZED, CloseReason.UNAUTHENTICATED),
  FORBIDDEN(HttpStatus.FORBIDDEN, CloseReason.FORBIDDEN),
  NOT_FOUND(HttpStatus.NOT_FOUND, CloseReason.ABUSE),
  FRAME_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, CloseReason.TOO_LARGE),
  RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, CloseReason.FLOOD),
  QUOTA_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS, CloseReason.OVERLOADED),
  IDEMPOTENCY_CONFLICT(HttpStatus.CONFLICT, CloseReason.ABUSE),
  THREAD_BUSY(HttpStatus.CONFLICT, CloseReason.OVERLOADED),
  QUEUE_FULL(HttpStatus.CONFLICT, CloseReason.OVERLOADED),
  STALE_PRODUCER(HttpStatus.FORBIDDEN, CloseReason.FORBIDDEN),
  OUT_OF_SEQUENCE(HttpStatus.CONFLICT, CloseReason.ABUSE),
  RUN_ENDED(HttpStatus.GONE, CloseReason.ABUSE),
  OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, CloseReason.OVERLOADED),
  DRAINING(HttpStatus.SERVICE_UNAVAILABLE, CloseReason.OVERLOADED),
  INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),

  // Failures of runs; no refusal has one of these codes.
  UPSTREAM_UNREACHABLE(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_TIMEOUT(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_REJECTED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_AUTH(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_RATE_LIMITED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_TRUNCATED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_DISCONNECTED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  UPSTREAM_PROTOCOL(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  RUN_TIMEOUT(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  GATEWAY_RESTARTED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  CONTENT_FILTER(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  MAX_STEPS(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  AGENT_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT),
  APPROVAL_UNSUPPORTED(HttpStatus.INTERNAL_SERVER_ERROR, CloseReason.FAULT);

  private final String wire = name().toLowerCase(Locale.ROOT);
  private final HttpStatus status;
  private final CloseReason closeReason;

  ErrorCode(HttpStatus status, CloseReason closeReason) {
    this.status = status;
    this.closeReason = closeReason;
  }

  @Override
  public String wire() {
    return wire;
  }

  /** The status of an HTTP answer with this code. */
  public HttpStatus status() {
    return status;
  }

  /**
   * Whether an HTTP answer with this code may have this status: its own, or one with which HTTP
   * says more than the code does.
   */
  public boolean allows(HttpStatus other) {
    return switch (other) {
      case URI_TOO_LONG, REQUEST_HEADER_FIELDS_TOO_LARGE -> this == BAD_FRAME;
      case METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, EXPECTATION_FAILED, NOT_IMPLEMENTED ->
          this == INVALID_ARGUMENT;
      case CONFLICT -> other == status || this == INVALID_ARGUMENT;
      default -> other == status;
    };
  }

  /** How a connection or event stream is closed that ends with a refusal of this code. */
  public CloseReason closeReason() {
    return closeReason;
  }
}
