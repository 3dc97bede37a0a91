package dev.parley.gateway.transport;

/** The names of all handlers of a pipeline, in the order in which a byte meets them. */
final class HandlerNames {

  static final String PROXY_HEADER = "proxy-header";
  static final String ADDRESS = "address";
  static final String TLS_GUARD = "tls-guard";
  static final String TLS = "tls";
  static final String TLS_END = "tls-end";
  static final String DEADLINE = "deadline";

  static final String HTTP_CODEC = "http-codec";
  static final String HTTP_HEADERS = "http-headers";
  static final String HTTP_KEEP_ALIVE = "http-keep-alive";
  static final String HTTP_FLOW = "http-flow";
  static final String HTTP_DISCARD = "http-discard";
  static final String SOCKET_ADMISSION = "socket-admission";
  static final String HTTP_GUARD = "http-guard";
  static final String ORIGIN = "origin";
  static final String HTTP_LIMITS = "http-limits";
  static final String HTTP_PIPELINING = "http-pipelining";
  static final String CORS_PREFLIGHT = "cors-preflight";
  static final String HANDSHAKE_AUTH = "handshake-auth";
  static final String READINESS = "readiness";
  static final String ADMISSION = "admission";
  static final String UPGRADE = "upgrade";
  static final String HEAD_CHECK = "head-check";
  static final String HTTP_BODY = "http-body";
  static final String HTTP = "http";

  static final String FRAMES = "frames";
  static final String CLOSER = "closer";
  static final String HEARTBEAT = "heartbeat";
  static final String EXPIRY = "expiry";
  static final String FRAME_LIMITS = "frame-limits";
  static final String FLOW = "flow";
  static final String INFLATE = "inflate";
  static final String FIRST_FRAME_AUTH = "first-frame-auth";
  static final String MESSAGES = "messages";
  static final String REFRESH = "refresh";
  static final String STREAM_INPUT = "stream-input";
  static final String DISPATCH = "dispatch";

  static final String FAILURE = "failure";

  private HandlerNames() {}
}
