package dev.parley.gateway.transport;

import dev.parley.gateway.route.Route;

/**
 * Keeps one ask of a connection in flight: for the bytes that fit below the high water mark, or
 * fewer while too many bytes of all connections wait for sockets. Called on the channel's loop.
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

  /** Asks, unless an ask is in flight or nothing may be written. */
  void ask() {
    writer.check();
    if (isAsking) {
      return; // the answer came during the ask: the loop below asks again
    }
    isAsking = true;
    try {
      for (int bytes = bytes(); bytes > 0; bytes = bytes()) {
        isAsked = true;
        route.ask(bytes);
      }
    } finally {
      isAsking = false;
    }
  }

  private int bytes() {
    return isOver || isAsked ? 0 : writer.allowance();
  }

  void answered() {
    isAsked = false;
    ask();
  }

  void end() {
    writer.check();
    isOver = true;
  }
}
