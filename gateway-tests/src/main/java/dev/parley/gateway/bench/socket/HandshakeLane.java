package dev.parley.gateway.bench.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes connections of one user, one after the other, until it is ended. Each side sends
 * a Close frame.
 */
final class HandshakeLane {

  private final EventLoopGroup loops;
  private final Target target;
  private final String user;
  private final Meter meter;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean isOver;

  HandshakeLane(EventLoopGroup loops, Target target, String user, Meter meter) {
    this.loops = loops;
    this.target = target;
    this.user = user;
    this.meter = meter;
  }

  /** One connection, whose first frame is all that it waits for. */
  private static final class OneWelcome extends LoadConnection {
    @Override
    void received(Channel channel, ByteBuf text) {}
  }

  void begin() {
    if (isOver) {
      ended.complete(null);
      return;
    }
    long begun = System.nanoTime();
    var ignored =
        new OneWelcome()
            .open(loops, target, user) // with a token of its own
            .whenComplete((channel, failure) -> opened(channel, failure, begun));
  }

  private void opened(@Nullable Channel channel, @Nullable Throwable failure, long begun) {
    if (channel == null) {
      ended.completeExceptionally(failure);
      return;
    }
    meter.add(System.nanoTime() - begun, 1);
    channel.closeFuture().addListener(closed -> begin());
    channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
  }

  /** Opens no further connection. Completes when the last one is closed; fails if one failed. */
  CompletableFuture<Void> end() {
    isOver = true;
    return ended;
  }
}
