package dev.parley.gateway.protocol;

/** Every reason for which the gateway closes a WebSocket (protocol, "Close codes"). */
public enum CloseReason {
  GOING_AWAY(1001, "going away"),
  BROKEN_FRAMING(1002, "broken framing"),
  NOT_TEXT(1003, "text frames only"),
  BAD_UTF8(1007, "text is not UTF-8"),
  BAD_DEFLATE(1007, "compressed data is broken"),
  ABUSE(1008, "too many rejected frames"),
  TOO_MANY_FRAGMENTS(1008, "too many fragments"),
  TOO_LARGE(1009, "frame too large"),
  FAULT(1011, "internal fault"),
  OVERLOADED(1013, "overloaded"),
  NOT_READING(1013, "the socket took no byte for too long"),
  UNAUTHENTICATED(4401, "token missing, invalid or expired"),
  REVOKED(4401, "token revoked"),
  FORBIDDEN(4403, "not allowed"),
  DISCONNECTED(4403, "closed by an operator"),
  TIMED_OUT(4408, "timed out"),
  REPLACED(4409, "replaced by a newer connection"),
  FLOOD(4429, "flood");

  private final int code;
  private final String text;

  CloseReason(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The code of the Close frame (RFC 6455 §7.4). */
  public int code() {
    return code;
  }

  /** The reason text of the Close frame. */
  public String text() {
    return text;
  }
}
