package dev.parley.gateway.agent.upstream;

/** How the body of an answer ended that is no stream of events. */
enum BodyEnd {
  WHOLE,

  /** It is longer than the limit. */
  TOO_LONG,

  /** The connection was lost before its end. */
  CUT,

  /** Its end, or its next byte, did not come in time. */
  LATE
}
