package dev.parley.gateway.transport;

import dev.parley.gateway.route.Route;
import dev.parley.gateway.user.Frame;
import io.netty.channel.EventLoop;
import java.util.List;

/**
 * Keeps one ask of a connection in flight, for as many bytes as may be written below the high water
 * mark. Called on the channel's loop; an answer may come before the ask returns.
 */
final class Feed {

  private static final int MOST_AT_ONCE = 16;

  private final Route route;
  private final FrameWriter writer;
  private final EventLoop loop;
  private boolean isOver;
  private boolean isAsked;
  private boolean isAsking;

  Feed(Route route, FrameWriter writer, EventLoop loop) {
    this.route = route;
    this.writer = writer;
    this.loop = loop;
  }

  /** Asks, unless an ask is in flight or there is no room. */
  void ask() {
    if (isAsking) {
      return; // an answer came before the ask returned: the loop below goes on
    }
    isAsking = true;
    int turns = 0;
    while (!isOver && !isAsked && writer.room() > 0) {
      if (turns == MOST_AT_ONCE) {
        loop.execute(this::ask); // others wait for this loop
        break;
      }
      turns++;
      isAsked = true;
      route.ask(writer.room());
    }
    isAsking = false;
  }

  void answer(List<Frame> frames) {
    isAsked = false;
    writer.texts(frames);
    ask();
  }

  void end() {
    isOver = true;
  }
}
