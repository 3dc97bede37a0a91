package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Reads the inbox of its user, and counts the notifications. Its figures are for any thread. */
final class NoticeReceiver extends LoadConnection {

  private final CompletableFuture<Channel> settled = new CompletableFuture<>();
  private volatile int count;
  private volatile long first;

  /** Completes when the subscription to the inbox has caught up. */
  CompletableFuture<Channel> begin(EventLoopGroup loops, int port, String token) {
    open(loops, URI.create("ws://127.0.0.1:" + port + "/ws"), token)
        .whenComplete(
            (channel, failure) -> {
              if (failure == null) {
                send(
                    channel,
                    "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":"
                        + "[{\"thread_id\":\"@inbox\"}]}}");
              } else {
                settled.completeExceptionally(failure);
              }
            });
    return settled;
  }

  boolean isSettled() {
    return settled.isDone() && !settled.isCompletedExceptionally();
  }

  /** How many notifications there were. */
  int count() {
    return count;
  }

  /** When the first one came, in the monotonic time of the machine. */
  long first() {
    return first;
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    long now = System.nanoTime();
    String text = bytes.toString(UTF_8);
    if (FrameText.isOf("notification", text)) {
      first = count == 0 ? now : first;
      int before = count;
      count = before + 1;
    } else if (FrameText.isOf("caught_up", text)) {
      settled.complete(channel);
    }
  }

  @Override
  void lost(Exception closed) {
    settled.completeExceptionally(closed);
  }
}
