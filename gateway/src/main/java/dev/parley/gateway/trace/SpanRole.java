package dev.parley.gateway.trace;

/** What a span stands for: the kind of OpenTelemetry. */
public enum SpanRole {
  /** A request from outside that the gateway answers. */
  SERVER,

  /** A request that the gateway sends. */
  CLIENT,

  /** Work of the gateway itself. */
  INTERNAL
}
