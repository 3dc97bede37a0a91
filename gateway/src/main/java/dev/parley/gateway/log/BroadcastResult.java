package dev.parley.gateway.log;

/** The log's decision on a new broadcast. */
public sealed interface BroadcastResult {

  /** It is stored, durably as the store promises. */
  record Added(Broadcast broadcast) implements BroadcastResult {}

  /** The same was stored before under its id. */
  record Known(Broadcast broadcast) implements BroadcastResult {}

  /** Another one was stored before under its id. */
  record Conflict() implements BroadcastResult {}
}
