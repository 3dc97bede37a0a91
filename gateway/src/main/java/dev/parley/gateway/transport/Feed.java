package dev.parley.gateway.transport;

import dev.parley.gateway.route.Route;

/**
 * Keeps one ask of a connection in flight, for as many bytes as may be written below the high water
 * mark, or fewer while too many wait for sockets in all. Called on the channel's loop.
 */
final class Feed {

  private final Route route;
  private final FrameWriter writer;
  private boolean isOver;
  private boolean isAsked;
  private boolean isAsking;

  Feed(Route route, FrameWriter writer) {
    this.route = route;
    this.writer = writer;
  }

  /** Asks, unless an ask is in flight or there is no room. */
  void ask() {
    if (isAsking) {
      return; // the answer came within the ask: a loop, not a recursion
    }
    isAsking = true;
    try {
      for (int room = room(); room > 0; room = room()) {
        isAsked = true;
        route.ask(room);
      }
    } finally {
      isAsking = false;
    }
  }

  private int room() {
    return isOver || isAsked ? 0 : writer.allowance();
  }

  void answered() {
    isAsked = false;
    ask();
  }

  void end() {
    isOver = true;
  }
}
