package dev.parley.gateway.log;

/** The log's decision on a new broadcast. */
public sealed interface BroadcastResult {

  /** It is stored, durably as the store promises. */
  record Added(Broadcast broadcast) implements BroadcastResult {}

  /** The same was stored before under its id. */
  record Known(Broadcast broadcast) implements BroadcastResult {}

  /** Another one was stored before under its id. */
  record Conflict() implements BroadcastResult {}

  /**
   * The result of a request whose id is taken. Each request has a new notification id: if the known
   * broadcast has it, this is the same call, which is decided again because its first answer was
   * lost.
   */
  static BroadcastResult of(Broadcast known, Broadcast asked) {
    if (known.notification().equals(asked.notification())) {
      return new Added(known);
    }
    return known.isSameRequest(asked) ? new Known(known) : new Conflict();
  }
}
