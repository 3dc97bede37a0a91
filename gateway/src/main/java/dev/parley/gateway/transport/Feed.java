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

  Feed(Route route, FrameWriter writer) {
    this.route = route;
    this.writer = writer;
  }

  /** Asks, unless an ask is in flight or there is no room. */
  void ask() {
    int room = writer.allowance();
    if (!isOver && !isAsked && room > 0) {
      isAsked = true;
      route.ask(room);
    }
  }

  void answered() {
    isAsked = false;
    ask();
  }

  void end() {
    isOver = true;
  }
}
