package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A client of a thread of its user that comes back after {@code goaway}: after the time it was
 * told, then with backoff and full jitter, at its cursor. It counts events that are lost or come
 * twice. Runs on one loop.
 */
final class ReturningClient {

  private static final long FIRST_BACKOFF_MILLIS = 500;
  private static final long MAX_BACKOFF_MILLIS = 30_000;

  private final URI address;
  private final String user;
  private final String token;
  private final EventLoop loop;
  private final ReturnTimes times;
  private final CompletableFuture<ReturningClient> ready = new CompletableFuture<>();
  private final CompletableFuture<Boolean> saying = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final CompletableFuture<Boolean> back = new CompletableFuture<>();
  private @Nullable Channel open;
  private String epoch = "";
  private long cursor;
  private long backoff = FIRST_BACKOFF_MILLIS;
  private long awayMillis = -1;
  private long leftAt;
  private boolean isLeaving;
  private final LongAdder lost = new LongAdder();
  private final LongAdder doubled = new LongAdder();
  private volatile boolean told;

  ReturningClient(Target target, String user, EventLoopGroup loops, ReturnTimes times) {
    this.address = target.address(user);
    this.user = user;
    this.token = target.token(user);
    this.loop = loops.next();
    this.times = times;
  }

  /** Connects; completes when it has caught up. Callable from any thread. */
  CompletableFuture<ReturningClient> begin() {
    loop.execute(this::connect);
    return ready;
  }

  /** Asks the agent; completes at the end of the run. Callable from any thread. */
  CompletableFuture<Boolean> ask(String content) {
    start(content);
    return ended;
  }

  /** Asks the agent; completes when it speaks. Callable from any thread. */
  CompletableFuture<Boolean> start(String content) {
    loop.execute(
        () -> {
          if (open != null) {
            StreamReader.say(open, "c1", content);
          }
        });
    return saying;
  }

  /** Completes when it is back, has caught up, and its run has ended. Callable from any thread. */
  CompletableFuture<?> returned() {
    return CompletableFuture.allOf(back, ended);
  }

  /** Disconnects for good. Callable from any thread. */
  void close() {
    loop.execute(
        () -> {
          isLeaving = true;
          if (open != null) {
            open.close();
          }
        });
  }

  long lostEvents() {
    return lost.sum();
  }

  long doubledEvents() {
    return doubled.sum();
  }

  /** Whether it was told that the gateway goes away. */
  boolean wasTold() {
    return told;
  }

  private void connect() {
    if (told) {
      times.tried(backoff == FIRST_BACKOFF_MILLIS);
    }
    new Attempt()
        .open(loop, address, token)
        .whenComplete(
            (channel, failure) -> {
              if (failure == null) {
                connected(channel);
              } else if (told) {
                again();
              } else {
                ready.completeExceptionally(failure);
              }
            });
  }

  private void again() {
    long wait = ThreadLocalRandom.current().nextLong(backoff);
    backoff = Math.min(2 * backoff, MAX_BACKOFF_MILLIS);
    var ignored = loop.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
  }

  private void connected(Channel channel) {
    open = channel;
    if (told) {
      times.connected();
    }
    String known = epoch.isEmpty() ? "" : ",\"epoch\":\"" + epoch + '"';
    LoadConnection.send(
        channel,
        "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\""
            + StreamReader.THREAD
            + "\",\"after\":"
            + cursor
            + known
            + "}]}}");
  }

  private void read(String text) {
    if (FrameText.isOf("caught_up", text)) {
      caughtUp();
    } else if (FrameText.isOf("subscribed", text)) {
      epoch = FrameText.string(text, "epoch");
    } else if (FrameText.isOf("goaway", text)) {
      told = true;
      awayMillis = FrameText.number(text, "reconnect_after_ms");
    } else if (FrameText.isOf("gap", text)) {
      lost.increment();
    } else if (FrameText.isOf("rejected", text) || FrameText.isOf("error", text)) {
      fail(new IllegalStateException(user + ": " + text));
    } else if (FrameText.has(text, "seq") && !FrameText.isOf("accepted", text)) {
      event(text);
    }
  }

  private void caughtUp() {
    ready.complete(this);
    if (told && leftAt != 0 && !back.isDone()) {
      times.paused(System.nanoTime() - leftAt);
      back.complete(true);
    }
  }

  private void event(String text) {
    long seq = FrameText.number(text, "seq");
    long from = FrameText.has(text, "seq_from") ? FrameText.number(text, "seq_from") : seq;
    lost.add(Math.max(0, from - cursor - 1));
    doubled.add(Math.max(0, Math.min(seq, cursor) - from + 1));
    cursor = Math.max(cursor, seq);
    if (FrameText.isOf("agent_message", text)) {
      saying.complete(true);
    } else if (FrameText.isOf("agent_completed", text)) {
      ended.complete(true);
    } else if (FrameText.isOf("agent_failed", text) || FrameText.isOf("agent_cancelled", text)) {
      fail(new IllegalStateException(user + ": " + text));
    }
  }

  private void left(Exception closed) {
    open = null;
    if (isLeaving) {
      return;
    }
    if (awayMillis < 0) {
      fail(closed);
      return;
    }
    leftAt = System.nanoTime();
    var ignored = loop.schedule(this::connect, awayMillis, TimeUnit.MILLISECONDS);
    awayMillis = -1;
  }

  private void fail(Exception failure) {
    ready.completeExceptionally(failure);
    saying.completeExceptionally(failure);
    ended.completeExceptionally(failure);
    back.completeExceptionally(failure);
  }

  private final class Attempt extends LoadConnection {

    @Override
    void received(Channel channel, ByteBuf text) {
      read(text.toString(UTF_8));
    }

    @Override
    void lost(Exception closed) {
      if (open != null) {
        left(closed);
      }
    }
  }
}
