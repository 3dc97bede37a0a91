package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;

/** Subscribes to a thread of its user, ignores all frames and answers pings. */
final class Idler extends LoadConnection {

  private final CompletableFuture<Channel> settled = new CompletableFuture<>();

  /** Completes when the subscription has caught up. */
  CompletableFuture<Channel> settle(EventLoopGroup loops, Target target, String user) {
    open(loops, target, user)
        .whenComplete(
            (channel, failure) -> {
              if (failure != null) {
                settled.completeExceptionally(failure);
              } else if (target.name().equals(Target.RAW)) {
                settled.complete(channel);
              } else {
                StreamReader.subscribe(channel);
              }
            });
    return settled;
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    if (!settled.isDone() && FrameText.isOf("caught_up", bytes.toString(UTF_8))) {
      settled.complete(channel);
    }
  }
}
