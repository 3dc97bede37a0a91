package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that resumes at its cursor after a cut. It connects, retries with backoff and full
 * jitter, and checks that every event arrives once and in order. Runs on one loop.
 */
final class Resumer {

  private static final long FIRST_BACKOFF_MILLIS = 500;
  private static final long MAX_BACKOFF_MILLIS = 30_000;

  private final FilledThread history;
  private final URI address;
  private final String token;
  private final Storm storm;
  private final EventLoop loop;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private long cursor;
  private long backoff = FIRST_BACKOFF_MILLIS;
  private @Nullable Channel open;

  Resumer(FilledThread history, long cursor, Target target, EventLoopGroup loops, Storm storm) {
    this.history = history;
    this.cursor = cursor;
    this.address = target.address(history.user());
    this.token = target.token(history.user());
    this.storm = storm;
    this.loop = loops.next();
  }

  /** Completes when it has caught up. Callable from any thread. */
  CompletableFuture<Boolean> resume() {
    loop.execute(this::connect);
    return done;
  }

  /** Resets the connection without a Close frame. Callable from any thread. */
  void cut() {
    if (open != null) {
      open.config().setOption(ChannelOption.SO_LINGER, 0);
      open.close();
    }
  }

  private void connect() {
    Attempt attempt = new Attempt();
    attempt
        .open(loop, address, token)
        .whenComplete(
            (channel, failure) -> {
              if (failure == null) {
                open = channel;
                storm.connected();
                subscribe(channel);
              } else {
                again();
              }
            });
  }

  private void again() {
    storm.triedAgain();
    long wait = ThreadLocalRandom.current().nextLong(backoff);
    backoff = Math.min(2 * backoff, MAX_BACKOFF_MILLIS);
    var ignored = loop.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
  }

  private void subscribe(Channel channel) {
    String epoch = cursor == 0 ? "" : ",\"epoch\":\"" + history.epoch() + '"';
    LoadConnection.send(
        channel,
        "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\""
            + StreamReader.THREAD
            + "\",\"after\":"
            + cursor
            + epoch
            + "}]}}");
  }

  private void read(String text) {
    if (FrameText.isOf("caught_up", text)) {
      check(cursor == history.head(), text);
      storm.caughtUp();
      done.complete(true);
    } else if (text.contains("\"seq\":") && !FrameText.isOf("heartbeat", text)) {
      long seq = FrameText.number(text, "seq");
      long from = FrameText.has(text, "seq_from") ? FrameText.number(text, "seq_from") : seq;
      check(from == cursor + 1, text);
      storm.read(seq - cursor, text.length());
      cursor = seq;
    } else {
      check(FrameText.isOf("subscribed", text) || FrameText.isOf("heartbeat", text), text);
    }
  }

  private void check(boolean good, String text) {
    if (!good) {
      done.completeExceptionally(
          new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "%s at %d of %d: %.300s (expected: the next event)",
                  history.user(),
                  cursor,
                  history.head(),
                  text)));
    }
  }

  private final class Attempt extends LoadConnection {

    @Override
    void received(Channel channel, ByteBuf text) {
      read(text.toString(UTF_8));
    }

    @Override
    void lost(Exception closed) {
      if (open != null) {
        done.completeExceptionally(
            closed); // A connection must not end before the client has caught up.
      }
    }
  }
}
