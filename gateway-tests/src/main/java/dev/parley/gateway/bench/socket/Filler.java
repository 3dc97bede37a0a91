package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;

/** Fills the thread of a user with runs, one after the other, and disconnects. */
final class Filler extends LoadConnection {

  private final String user;
  private final int kilobytes;
  private final CompletableFuture<FilledThread> filled = new CompletableFuture<>();
  private int runs;
  private String epoch = "";

  Filler(String user, int runs, int kilobytes) {
    this.user = user;
    this.runs = runs;
    this.kilobytes = kilobytes;
  }

  /** Completes with the content of the thread after the last run. */
  CompletableFuture<FilledThread> fill(EventLoopGroup loops, Target target) {
    open(loops, target, user)
        .whenComplete(
            (channel, failure) -> {
              if (failure == null) {
                ask(channel);
              } else {
                filled.completeExceptionally(failure);
              }
            });
    return filled;
  }

  private void ask(Channel channel) {
    StreamReader.say(channel, "fill" + runs, "write " + kilobytes + " kilobytes");
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    String text = bytes.toString(UTF_8);
    if (FrameText.isOf("subscribed", text)) {
      epoch = FrameText.string(text, "epoch");
    } else if (FrameText.isOf("agent_completed", text)) {
      if (--runs > 0) {
        ask(channel);
      } else {
        filled.complete(new FilledThread(user, epoch, FrameText.number(text, "seq")));
        channel.close();
      }
    } else if (FrameText.isOf("rejected", text) || FrameText.isOf("agent_failed", text)) {
      filled.completeExceptionally(new IllegalStateException(text));
      channel.close();
    }
  }

  @Override
  void lost(Exception closed) {
    filled.completeExceptionally(closed);
  }
}
